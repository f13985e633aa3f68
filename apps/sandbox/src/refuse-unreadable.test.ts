import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';

import { expect, test } from 'vitest';

import { refuseUnreadable } from './refuse-unreadable.ts';

test.each([
  ['ERR_HTTP_REQUEST_TIMEOUT', 'HTTP/1.1 408 Request Timeout'],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 'HTTP/1.1 413 Payload Too Large'],
  ['HPE_INVALID_METHOD', 'HTTP/1.1 400 Bad Request'],
])('what Node calls %s is answered with %s', async (code, statusLine) => {
  const socket = new PassThrough();
  refuseUnreadable(Object.assign(new Error('unreadable'), { code }), socket);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  expect(head.split('\r\n')).toEqual([
    statusLine,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${body.length}`,
  ]);
  expect(JSON.parse(body)).toEqual({ code: Number(statusLine.split(' ')[1]), errorMessage: expect.any(String) });
});

test('a connection that is gone is left alone', () => {
  const socket = new PassThrough().destroy();
  expect(() => refuseUnreadable(new Error('reset'), socket)).not.toThrow();
});

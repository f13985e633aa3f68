import { PassThrough } from 'node:stream';
import { ProviderError } from '@immint/providers';
import { expect, test } from 'vitest';
import { describeError } from './describe-error.ts';
import { DomainError } from './domain-error.ts';
import { openLog } from './log.ts';

test('a foreign error loses its message and everything else that its thrower put on it', () => {
  const error = Object.assign(new TypeError('made-up-secret'), {
    query: 'made-up-secret',
    parameters: ['made-up-secret'],
  });
  const described = describeError(new DomainError('INTERNAL', { cause: error }));
  expect(JSON.stringify(described)).not.toContain('made-up-secret');
  expect(described).toMatchObject({ name: 'DomainError', cause: { name: 'TypeError' } });
  expect(described.cause?.frames?.length).toBeGreaterThan(0);
});

test('a message of several lines does not pass as a place in the code', () => {
  const error = new Error('first line\nat made-up-secret (line 2)\n    at made-up-secret again');
  expect(JSON.stringify(describeError(error))).not.toContain('made-up-secret');
});

test('an error of ours keeps what we wrote and the facts that were decided', () => {
  expect(describeError(new ProviderError('failed', { httpStatus: 500, providerCode: '1000' }))).toMatchObject({
    message: expect.any(String),
    facts: { kind: 'failed', retryable: true, httpStatus: 500, providerCode: '1000' },
  });
});

test('a chain of causes that never ends is cut', () => {
  const error = new Error('a');
  error.cause = error;
  expect(JSON.stringify(describeError(error)).length).toBeLessThan(10_000);
});

test('what was thrown and is no error is only named by its type', () => {
  expect(describeError('made-up-secret')).toEqual({ name: 'string' });
});

test('a log line is one JSON document with the request id and no message of a foreign error', () => {
  const stream = new PassThrough({ encoding: 'utf8' });
  const log = openLog({ write: (line) => void stream.write(line) }, 'info').with({ requestId: 'req_1' });
  log.error('request.failed', { app: 'demo' }, new Error('made-up-secret'));
  const line: unknown = JSON.parse(String(stream.read()));
  expect(line).toMatchObject({
    level: 50,
    event: 'request.failed',
    requestId: 'req_1',
    app: 'demo',
    error: { name: 'Error' },
  });
  expect(JSON.stringify(line)).not.toContain('made-up-secret');
});

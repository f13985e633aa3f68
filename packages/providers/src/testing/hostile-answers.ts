import { brotliCompressSync, gzipSync } from 'node:zlib';

import type { ProviderName } from '@immint/contracts';

import type { ProviderErrorKind } from '../provider-error.ts';
import { type Answer, httpAnswer, jsonAnswer, reset } from './scripted-provider.ts';

/** An answer that gives no token, whatever it looks like, and what has to be said of it. */
export interface HostileAnswer {
  /** What it is, to be read behind "a token is not taken from". */
  readonly name: string;
  readonly verdict: ProviderErrorKind;
  /** How long the caller waits, where the answer lasts longer than anybody would. */
  readonly timeoutMs?: number;
  readonly answer: Answer;
}

/** The right answer of a provider, to be spoiled. */
export interface RightAnswer {
  /** Its fields, for a user and a token. */
  readonly issued: (userId: string, token: string) => Readonly<Record<string, unknown>>;
  readonly maxTokenBytes: number;
}

/** Stands in every secret, token and provider text of the tests, so that a leak can be looked for. */
export const MARK = 'marked-secret';

const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' };
const HTML_TYPE = { 'Content-Type': 'text/html' };
const HTML = `<html><body>${MARK}</body></html>`;

/** The head of an answer whose body has no end that is known beforehand. */
const CHUNKED = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';

const broken = (name: string, answer: Answer): HostileAnswer => ({ name, verdict: 'broke-contract', answer });

/** What somebody who answers in a provider's name can do, the same for every provider. */
export const hostileAnswers = ({ issued, maxTokenBytes }: RightAnswer): readonly HostileAnswer[] => {
  const right = JSON.stringify(issued('u1', MARK));
  const json = (body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Answer =>
    httpAnswer(200, body, { ...JSON_TYPE, ...headers });
  const user = (userId: string, token = MARK): Answer => jsonAnswer(200, issued(userId, token));

  return [
    broken('HTML', httpAnswer(200, HTML, HTML_TYPE)),
    broken('HTML that calls itself JSON', json(HTML)),
    broken('an empty body', json('')),
    broken('white space alone', json(' \n\t ')),
    broken('no fields', json('{}')),
    broken('a list', json(`[${right}]`)),
    broken('null', json('null')),
    broken('a bare text', json(`"${MARK}"`)),
    broken('half of its JSON', json(right.slice(0, -3))),
    broken('two documents', json(`${right}${right}`)),
    broken('JSON with a comment', json(`${right} // ${MARK}`)),
    broken('JSON behind a byte order mark', json(`\ufeff${right}`)),
    broken('JSON in UTF-16', json(Buffer.from(right, 'utf16le'))),
    broken('bytes that are not UTF-8', json(Buffer.from(right.replace(MARK, '\u00ff'), 'latin1'))),
    broken('a document nested ten thousand deep', json(`${'['.repeat(10_000)}${']'.repeat(10_000)}`)),
    broken('every field twice', json(`${right.slice(0, -1)},${right.slice(1)}`)),
    broken('a second user id behind the first', json(withSecond(right, 'u1', 'u2'))),
    broken('a second token behind the first', json(withSecond(right, MARK, 'another'))),
    broken('a token not announced as JSON', httpAnswer(200, right, HTML_TYPE)),
    broken('a token without a content type', httpAnswer(200, right, {})),
    broken('a token of another user', user('u2')),
    broken('a token of the user in another case', user('U1')),
    broken('a token of the user with a space', user('u1 ')),
    broken('a token of no user', user('')),
    broken('an empty token', user('u1', '')),
    broken('a token of one byte too many', user('u1', 't'.repeat(maxTokenBytes + 1))),
    broken('a token with a line break', user('u1', `${MARK}\r\nSet-Cookie: a=b`)),
    broken('a token with a NUL', user('u1', `${MARK}\u0000`)),
    broken('half a surrogate pair as a token', json(right.replace(MARK, String.raw`\ud800`))),
    broken('a token that is a number', json(right.replace(`"${MARK}"`, '12345'))),
    broken('a token that is a list', json(right.replace(`"${MARK}"`, `["${MARK}"]`))),
    broken('a token that is null', json(right.replace(`"${MARK}"`, 'null'))),
    broken('a token inherited from a prototype', json(right.replace(/^\{/, '{"__proto__":').concat('}'))),
    broken('a redirect', httpAnswer(307, '', { Location: 'http://127.0.0.1:1/elsewhere' })),
    broken(
      'a permanent redirect that holds the token',
      httpAnswer(301, right, { ...JSON_TYPE, Location: '/elsewhere' }),
    ),
    broken('a compressed body', json(gzipSync(right), { 'Content-Encoding': 'gzip' })),
    broken('a compressed bomb', json(gzipSync(Buffer.alloc(64_000_000, ' ')), { 'Content-Encoding': 'gzip' })),
    broken('a bomb in Brotli', json(brotliCompressSync(Buffer.alloc(1_000_000)), { 'Content-Encoding': 'br' })),
    broken('a body compressed twice', json(gzipSync(gzipSync(right)), { 'Content-Encoding': 'gzip, gzip' })),
    broken('a megabyte', json(right.padEnd(1_048_576, ' '))),
    broken('300 MB announced', (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 314572800\r\n\r\n');
      pour(socket, Buffer.alloc(65_536, ' '));
    }),
    broken('300 MB in chunks', (socket) => {
      socket.write(CHUNKED);
      pour(socket, Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, ' '), Buffer.from('\r\n')]));
    }),
    broken('something that is not HTTP', (socket) => void socket.end(`${MARK}\r\n\r\n`)),
    broken('two lengths', (socket) => void socket.end(withHead(right, ['Content-Length: 1', 'Content-Length: 2']))),
    broken('a length that is no number', (socket) => void socket.end(withHead(right, ['Content-Length: many']))),
    broken('a chunk whose length is no number', (socket) => void socket.end(`${CHUNKED}zz\r\n${right}\r\n0\r\n\r\n`)),
    broken('success without content', httpAnswer(204, '', {})),
    broken('success under another status of success', httpAnswer(202, right, JSON_TYPE)),
    { name: 'a token under HTTP 500', verdict: 'failed', answer: httpAnswer(500, right) },
    { name: 'a token under HTTP 503', verdict: 'failed', answer: httpAnswer(503, right) },
    { name: 'an HTML page of a gateway', verdict: 'failed', answer: httpAnswer(502, HTML, HTML_TYPE) },
    { name: 'an empty 503', verdict: 'failed', answer: httpAnswer(503, '', {}) },
    { name: 'an HTML page of a limiter', verdict: 'rate-limited', answer: httpAnswer(429, HTML, HTML_TYPE) },
    { name: 'a broken connection', verdict: 'unreachable', answer: reset },
    {
      name: 'a connection that ends in the middle',
      verdict: 'unreachable',
      answer: (socket) => void socket.end(withHead(right.slice(0, 9), ['Content-Length: 999'])),
    },
    {
      name: 'one byte a second',
      verdict: 'timed-out',
      timeoutMs: 1_500,
      answer: (socket) => {
        const bytes = Buffer.from(withHead(right, [`Content-Length: ${Buffer.byteLength(right)}`]));
        let sent = 0;
        const drip = setInterval(() => socket.write(bytes.subarray(sent, (sent += 1))), 1_000);
        socket.once('close', () => clearInterval(drip));
      },
    },
    {
      name: 'an endless trickle of white space',
      verdict: 'timed-out',
      timeoutMs: 500,
      answer: (socket) => {
        socket.write(CHUNKED);
        const drip = setInterval(() => socket.write('1\r\n \r\n'), 20);
        socket.once('close', () => clearInterval(drip));
      },
    },
    { name: 'silence', verdict: 'timed-out', timeoutMs: 500, answer: () => {} },
  ];
};

/** What only makes sense in the fields of one provider. */
export const OWN_HOSTILE_ANSWERS: Readonly<Record<ProviderName, (right: RightAnswer) => readonly HostileAnswer[]>> = {
  rongcloud: ({ issued }) => codeAnswers(issued('u1', MARK), 200, [0, '200', 200.5, true, null]),
  nexconn: ({ issued }) => codeAnswers(issued('u1', MARK), 0, [200, '0', 0.5, false, null]),
  easemob: ({ issued }) => {
    const right = JSON.stringify(issued('u1', MARK));
    const expiresIn = (written: string): HostileAnswer => ({
      name: `an expires_in of ${written}`,
      verdict: 'broke-contract',
      answer: httpAnswer(200, right.replace(/"expires_in":\d+/, `"expires_in":${written}`)),
    });
    const activated = (written: string, verdict: ProviderErrorKind): HostileAnswer => ({
      name: `a user whose activated is ${written}`,
      verdict,
      answer: httpAnswer(200, right.replace('"activated":true', `"activated":${written}`)),
    });
    return [
      ...['0', '-1', '1e400', '-1e400', '0.5', '1e308', '"3600"', 'null', 'true', '[3600]'].map(expiresIn),
      // The default lifetime was asked for in seconds: the same in milliseconds is a cluster of another kind.
      expiresIn('5184000000'),
      activated('false', 'user-banned'),
      ...['"true"', '1', 'null'].map((written) => activated(written, 'broke-contract')),
      {
        name: 'a token without a user',
        verdict: 'broke-contract',
        answer: jsonAnswer(200, { ...issued('u1', MARK), user: undefined }),
      },
      { name: 'a token with a space', verdict: 'broke-contract', answer: jsonAnswer(200, issued('u1', 'two words')) },
      {
        name: 'a token in other letters',
        verdict: 'broke-contract',
        answer: jsonAnswer(200, issued('u1', 't\u043ek\u0435n')),
      },
    ];
  },
};

/** Answers whose `code` is nearly the one that means success. */
const codeAnswers = (
  right: Readonly<Record<string, unknown>>,
  success: number,
  codes: readonly unknown[],
): readonly HostileAnswer[] => [
  ...codes.map((code) => ({
    name: `a code of ${JSON.stringify(code)}`,
    // A whole number is a code, and one that nobody documented for a failure.
    verdict: Number.isInteger(code) ? ('unknown-code' as const) : ('broke-contract' as const),
    answer: jsonAnswer(200, { ...right, code }),
  })),
  {
    name: 'the code of success under HTTP 400',
    verdict: 'broke-contract',
    answer: jsonAnswer(400, { ...right, code: success }),
  },
  {
    name: 'a code too large for a number',
    verdict: 'broke-contract',
    answer: httpAnswer(200, JSON.stringify(right).replace(`"code":${success}`, '"code":1e400')),
  },
  {
    name: 'the code of a failure under HTTP 200, with a token',
    verdict: 'credentials-refused',
    answer: jsonAnswer(200, { ...right, code: 1004 }),
  },
];

/** The document with a second value for the field that has this one. */
const withSecond = (document: string, value: string, second: string): string =>
  document.replace(new RegExp(`("\\w+":)"${value}"`), (member, name: string) => `${member},${name}"${second}"`);

const withHead = (body: string, headers: readonly string[]): string =>
  ['HTTP/1.1 200 OK', 'Content-Type: application/json', ...headers, '', body].join('\r\n');

/** Writes 300 MB as fast as they are read. */
const pour = (socket: Parameters<Answer>[0], piece: Buffer): void => {
  let left = 314_572_800;
  const write = (): void => {
    while (left > 0 && !socket.destroyed) {
      left -= piece.length;
      if (!socket.write(piece)) {
        socket.once('drain', write);
        return;
      }
    }
  };
  write();
};

import type { ProviderName } from '@immint/contracts';
import { SETTINGS_BY_PROVIDER } from '@immint/contracts';
import { Secret } from '@immint/secrets';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { CallContext } from './call-context.ts';
import type { IssuedToken } from './chat-provider.ts';
import { unpaced } from './pace.ts';
import { ProviderError } from './provider-error.ts';
import { providers } from './providers.ts';
import type { ProviderReply } from './request.ts';
import { judgeJson } from './testing/judge-json.ts';

/** How many inputs each provider's reader is given; `pnpm fuzz` gives it more. */
const RUNS = Number(process.env['IMMINT_FUZZ_RUNS'] ?? 10_000);

interface Subject {
  readonly name: ProviderName;
  readonly appKey: string;
  readonly clientId?: string;
  readonly right: unknown;
  readonly failure: unknown;
  /** The token that a document gives to `u1` by the provider's page, read without the adapter; undefined for none. */
  readonly tokenOf: (value: unknown) => string | undefined;
}

/** The value at a path of own members. */
const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner) && Object.hasOwn(inner, name)
        ? Object.getOwnPropertyDescriptor(inner, name)?.value
        : undefined,
    value,
  );

const textOf = (value: unknown, isToken: (text: string) => boolean): string | undefined =>
  typeof value === 'string' && isToken(value) ? value : undefined;

const isSignedToken = (text: string): boolean =>
  text !== '' && text.isWellFormed() && !/\p{Cc}/u.test(text) && Buffer.byteLength(text) <= 256;

const SUBJECTS: readonly Subject[] = [
  {
    name: 'rongcloud',
    appKey: 'sandbox-rongcloud',
    right: { code: 200, userId: 'u1', token: 'tok=@ab12.cn.rongnav.com;ab12.cn.rongcfg.com' },
    failure: { url: '/user/getToken.json', code: 1002, errorMessage: 'invalid App-Key.' },
    tokenOf: (value) =>
      at(value, 'code') === 200 && at(value, 'userId') === 'u1' ? textOf(at(value, 'token'), isSignedToken) : undefined,
  },
  {
    name: 'nexconn',
    appKey: 'sandbox-nexconn',
    right: { code: 0, result: { userId: 'u1', accessToken: 'tok+/=' } },
    failure: { code: 1000, errorMessage: 'internal' },
    tokenOf: (value) =>
      at(value, 'code') === 0 && at(value, 'result', 'userId') === 'u1'
        ? textOf(at(value, 'result', 'accessToken'), isSignedToken)
        : undefined,
  },
  {
    name: 'easemob',
    appKey: 'sandbox-org#sandbox-app',
    clientId: 'made-up-client',
    right: {
      access_token: 'YWMtTok_-',
      expires_in: 604_800,
      user: { uuid: '220c', type: 'user', created: 1, modified: 1, username: 'u1', activated: true },
    },
    failure: { error: 'invalid_grant', exception: 'E', timestamp: 1, duration: 0, error_description: 'user not found' },
    tokenOf: (value) => {
      const expiresIn = at(value, 'expires_in');
      const isAlive =
        typeof expiresIn === 'number' && Number.isSafeInteger(expiresIn) && expiresIn > 0 && expiresIn <= 3_155_760_000;
      const isUser = at(value, 'user', 'username') === 'u1' && at(value, 'user', 'activated') === true;
      const isToken = (text: string): boolean => /^[\x21-\x7e]{1,4096}$/.test(text);
      return isAlive && isUser ? textOf(at(value, 'access_token'), isToken) : undefined;
    },
  },
];

/** Values that readers are known to take for others. */
const oddValue = fc.oneof(
  fc.constantFrom<unknown>(0, -0, 1, 200, '200', '0', '', 'u1', 'U1', 'u2', true, false, null, [], {}, 1e300, -1, 0.5),
  fc.jsonValue({ maxDepth: 2 }),
);

/** A document in which some values were replaced, taken out, renamed or written twice. */
const changedDocument = (document: unknown): fc.Arbitrary<string> =>
  fc
    .array(fc.record({ pick: fc.nat(), act: fc.constantFrom('replace', 'drop', 'rename', 'twice'), value: oddValue }), {
      maxLength: 3,
    })
    .map((changes) => {
      let text = JSON.stringify(document);
      for (const { pick, act, value } of changes) {
        const members = [...text.matchAll(/"\w+":(?:"[^"]*"|[\w.-]+|\{[^{}]*\})/g)];
        const member = members[pick % Math.max(members.length, 1)];
        if (member === undefined) break;
        const [written] = member;
        const name = written.slice(0, written.indexOf(':'));
        const instead = {
          replace: `${name}:${JSON.stringify(value)}`,
          drop: `"x${pick % 7}":0`,
          rename: written.replace('"', '"_'),
          twice: `${written},${name}:${JSON.stringify(value)}`,
        }[act];
        text = `${text.slice(0, member.index)}${instead}${text.slice(member.index + written.length)}`;
      }
      return text;
    });

/** Bytes that were cut, doubled, overwritten or added to. */
const damagedBytes = (source: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(
      source,
      fc.array(fc.record({ from: fc.nat(400), length: fc.nat(40), put: fc.uint8Array({ maxLength: 8 }) }), {
        maxLength: 2,
      }),
    )
    .map(([text, cuts]) => {
      let bytes = Buffer.from(text);
      for (const { from, length, put } of cuts) {
        bytes = Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + length)]);
      }
      return bytes;
    });

const replyOf = ({ right, failure }: Subject): fc.Arbitrary<ProviderReply> =>
  fc.record({
    status: fc.oneof(
      { weight: 4, arbitrary: fc.constant(200) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(201, 204, 400, 401, 403, 404, 405, 409, 413, 415, 418, 429, 430, 500, 504),
      },
    ),
    contentType: fc.oneof(
      { weight: 6, arbitrary: fc.constant('application/json') },
      { weight: 1, arbitrary: fc.constantFrom('text/html', 'text/json', 'application/json+x', undefined) },
    ),
    serverDateMs: fc.constant(undefined),
    retryAfterMs: fc.constantFrom(undefined, 0, 1_000, 999_999_000),
    body: fc.oneof(
      { weight: 4, arbitrary: changedDocument(right).map((text) => Buffer.from(text)) },
      { weight: 3, arbitrary: damagedBytes(fc.constant(JSON.stringify(right))) },
      { weight: 2, arbitrary: damagedBytes(changedDocument(right)) },
      { weight: 1, arbitrary: damagedBytes(changedDocument(failure)) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }) },
    ),
  });

/** A clock that stands still and no time to wait: what is not final is not repeated. */
const context: CallContext = {
  signal: new AbortController().signal,
  deadlineMs: 10,
  timeoutMs: 10,
  urgency: 'login',
};

/** Asks a provider that always answers the same; an app token it gets for the asking. */
const issueFrom = async ({ name, appKey, clientId }: Subject, reply: ProviderReply): Promise<IssuedToken> => {
  const appToken: ProviderReply = {
    ...reply,
    status: 200,
    contentType: 'application/json',
    body: Buffer.from('{"access_token":"YWMtApp","expires_in":86400,"application":"8be0"}'),
  };
  const chat = providers[name].connect(
    {
      appKey,
      clientId,
      secret: Secret.of('made-up-secret'),
      baseUrl: 'http://127.0.0.1:1',
      settings: SETTINGS_BY_PROVIDER[name].parse({}),
    },
    {
      nowMs: () => 1_760_000_012_000,
      monotonicMs: () => 0,
      randomBytes: (count) => new Uint8Array(count).fill(10),
      pace: unpaced,
      transport: {
        send: ({ body }) => Promise.resolve(body.includes('client_credentials') ? appToken : reply),
        close: () => Promise.resolve(),
      },
    },
  );
  return chat.issueToken({ userId: 'u1', name: 'n' }, context);
};

/** The token that a reader who follows the page and nothing else would take. */
const judge = ({ tokenOf }: Subject, { status, contentType, body }: ProviderReply): string | undefined => {
  if (status !== 200 || contentType !== 'application/json') return undefined;
  const judged = judgeJson(body);
  return judged.ok ? tokenOf(judged.value) : undefined;
};

describe.each(SUBJECTS)('$name', (subject) => {
  test('of answers spoiled in every way, exactly those that are still right give a token, and every other one reason', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(replyOf(subject), async (reply) => {
        const expected = judge(subject, reply);
        const outcome = await issueFrom(subject, reply).then(
          ({ token }) => token.reveal(),
          (error: unknown) => (error instanceof ProviderError ? undefined : error),
        );
        expect(outcome).toBe(expected);
        if (expected !== undefined) taken += 1;
      }),
      { numRuns: RUNS },
    );
    // A generator that only spoils would not show that right answers are taken.
    expect(taken).toBeGreaterThan(RUNS / 100);
  });
});

import { RongCloudIssueTokenReply } from '@immint/contracts/rongcloud';
import { describe, expect, test } from 'vitest';

import type { ProfileName } from './profile.ts';
import type { SandboxOptions } from './start-sandbox.ts';
import { freshHeaders, type Reply, type RunningSandbox, runSandbox, signedHeaders } from './testing/running-sandbox.ts';

// Where the descriptions, pages and SDKs of RongCloud contradict each other. A row's number is that of the table in which
// the project decided what holds: A for RongCloud alone, D across the providers.

const ISSUE = '/user/getToken.json';
const SECRET = 's1';
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

/** One account under one profile, in a sandbox of its own, with calls signed as documented unless told otherwise. */
interface Told {
  readonly sandbox: RunningSandbox;
  readonly send: (path: string, form: Record<string, string> | string[][], headers?: object) => Promise<Reply>;
  readonly issue: (userId: string, more?: Record<string, string>, headers?: object) => Promise<Reply>;
  readonly judge: (reply: Reply) => Promise<unknown>;
}

async function under(profile: ProfileName, settings: object = {}, options: SandboxOptions = {}): Promise<Told> {
  const sandbox = await runSandbox(options);
  const account = { provider: 'rongcloud', appKey: 'k1' } as const;
  await sandbox.control('POST', '/apps', { ...account, secret: SECRET, profile, ...settings });
  const send: Told['send'] = (path, form, headers = {}) =>
    sandbox.rongcloud(path, form, { ...freshHeaders('k1', SECRET), ...headers });
  return {
    sandbox,
    send,
    issue: (userId, more = {}, headers = {}) => send(ISSUE, { userId, name: 'n', ...more }, headers),
    judge: ({ body }) => sandbox.connect('rongcloud', 'k1', RongCloudIssueTokenReply.parse(body).token),
  };
}

const verdict = ({ status, body }: Reply): unknown => [status, Object(body).code];

const each = async <Answer>(
  profiles: readonly ProfileName[],
  ask: (told: Told) => Promise<Answer>,
): Promise<readonly Answer[]> => Promise.all(profiles.map(async (profile) => ask(await under(profile))));

const PROFILES = ['live', 'strict', 'seed-legacy'] as const;
const ok = [200, 200];

describe('what a parameter may hold', () => {
  test.each([
    ['64 characters of 192 bytes', '字'.repeat(64), [ok, ok, [400, 1006]]],
    ['128 characters of 128 bytes', 'n'.repeat(128), [ok, [400, 1005], ok]],
    [
      '65 characters of 195 bytes',
      '字'.repeat(65),
      [
        [400, 1005],
        [400, 1005],
        [400, 1006],
      ],
    ],
    ['64 characters of 64 bytes', 'n'.repeat(64), [ok, ok, ok]],
  ])('A1: a name of %s, under live, strict and seed-legacy', async (_what, name, expected) => {
    expect(await each(PROFILES, async ({ issue }) => verdict(await issue('u1', { name })))).toEqual(expected);
  });

  test.each([
    ['letters and digits', 'Aa0', [ok, ok, ok]],
    ['+ = - _', 'a+=-_', [ok, [400, 1002], ok]],
    ['a space', 'a b', [[400, 1002], [400, 1002], ok]],
    ['64 bytes', 'u'.repeat(64), [ok, ok, ok]],
    [
      '65 bytes',
      'u'.repeat(65),
      [
        [400, 1005],
        [400, 1005],
        [400, 1005],
      ],
    ],
    [
      '66 bytes in 22 characters',
      '字'.repeat(22),
      [
        [400, 1005],
        [400, 1005],
        [400, 1005],
      ],
    ],
  ])('A13: a user id of %s, under live, strict and seed-legacy', async (_what, userId, expected) => {
    expect(await each(PROFILES, async ({ issue }) => verdict(await issue(userId)))).toEqual(expected);
  });

  test('A14: an e-mail address passes for a user id under seed-legacy alone, which advises it', async () => {
    const found = await each(PROFILES, async ({ issue }) => verdict(await issue('mei@example.com')));
    expect(found).toEqual([[400, 1002], [400, 1002], ok]);
  });

  test('A15: a portrait is optional, and _ stands for none, as old SDKs need it; more than 1,024 bytes are refused', async () => {
    const found = await each(PROFILES, async ({ issue }) => [
      verdict(await issue('u1')),
      verdict(await issue('u2', { portraitUri: '_' })),
      verdict(await issue('u3', { portraitUri: 'p'.repeat(1025) })),
    ]);
    expect(found).toEqual([
      [ok, ok, [400, 1005]],
      [ok, ok, [400, 1005]],
      [ok, ok, [400, 1007]],
    ]);
  });
});

describe('the headers that sign', () => {
  test('A17: ten-digit timestamps pass live and seed-legacy, and are refused strict', async () => {
    const seconds = String(Math.floor(Date.now() / 1_000));
    const headers = signedHeaders('k1', SECRET, 'n1', seconds);
    const found = await each(PROFILES, async ({ issue }) => verdict(await issue('u1', {}, headers)));
    expect(found).toEqual([ok, [401, 1004], ok]);
  });

  test('A18: a timestamp of any age passes live; strict takes five minutes either way, by the sandbox clock', async () => {
    const years = signedHeaders('k1', SECRET, 'n1', '1408710653491');
    expect(await each(PROFILES, async ({ issue }) => verdict(await issue('u1', {}, years)))).toEqual([
      ok,
      [401, 1004],
      ok,
    ]);
    const nowMs = Date.UTC(2026, 10, 22);
    const sandbox = await runSandbox({ profile: 'strict', now: () => nowMs });
    const at = async (atMs: number): Promise<unknown> =>
      verdict(await sandbox.rongcloud(ISSUE, { userId: 'u1', name: 'n' }, headersAt(atMs)));
    expect([await at(nowMs - 300_000), await at(nowMs + 300_000)]).toEqual([ok, ok]);
    expect([await at(nowMs - 300_001), await at(nowMs + 300_001)]).toEqual([
      [401, 1004],
      [401, 1004],
    ]);
    await sandbox.control('POST', '/clock', { advanceMs: 3_600_000 });
    expect([await at(nowMs), await at(nowMs + 3_600_000)]).toEqual([[401, 1004], ok]);
  });

  test.each([
    ['18 characters', 'n'.repeat(18), [ok, ok, ok]],
    ['19 digits, as the Go SDK sends', '5577006791947779410', [ok, [401, 1004], ok]],
    ['a fraction, as the Java SDK sends', '9.53674316E-4', [ok, ok, ok]],
    ['64 characters', 'n'.repeat(64), [ok, [401, 1004], ok]],
  ])('A19: a nonce of %s, under live, strict and seed-legacy', async (_what, nonce, expected) => {
    const headers = signedHeaders('k1', SECRET, nonce, String(Date.now()));
    expect(await each(PROFILES, async ({ issue }) => verdict(await issue('u1', {}, headers)))).toEqual(expected);
  });

  test('A19: a nonce may be repeated live, as the Node SDK repeats it; strict takes it once, and a refused call spends none', async () => {
    const again = async ({ send }: Told): Promise<unknown> => {
      const headers = freshHeaders('k1', SECRET);
      const wrong = { ...headers, Signature: '0'.repeat(40) };
      const replies = [await send('/user/query.json', {}, wrong), await send('/user/query.json', {}, headers)];
      return [...replies, await send('/user/query.json', {}, headers)].map(verdict);
    };
    expect(await each(['live', 'strict'], again)).toEqual([
      [[401, 1004], ok, ok],
      [[401, 1004], ok, [401, 1004]],
    ]);
  });

  test('A21: a signature in capitals, as the .NET SDK sends it, passes live and seed-legacy, and is refused strict', async () => {
    const upper = async ({ issue }: Told): Promise<unknown> => {
      const headers = freshHeaders('k1', SECRET);
      return verdict(await issue('u1', {}, { ...headers, Signature: (headers['Signature'] ?? '').toUpperCase() }));
    };
    expect(await each(PROFILES, upper)).toEqual([ok, [401, 1004], ok]);
  });
});

describe('tokens', () => {
  test('A2: a token never ends by itself, unless the console or seed-legacy says so: 30 days', async () => {
    const monthMs = 2_592_000_000;
    const later = async ({ sandbox, issue, judge }: Told): Promise<unknown> => {
      const reply = await issue('u1');
      await sandbox.control('POST', '/clock', { advanceMs: monthMs - 60_000 });
      const before = await judge(reply);
      await sandbox.control('POST', '/clock', { advanceMs: 60_000 });
      return [before, await judge(reply)];
    };
    const good = { ok: true, userId: 'u1' };
    expect(await each(PROFILES, later)).toEqual([
      [good, good],
      [good, good],
      [good, { ok: false, reason: 'expired' }],
    ]);
  });

  test('A3: a user gets as many tokens as one asks for, all good; under seed-legacy the second call is 1004 while the first token is good', async () => {
    const twice = async ({ issue, judge }: Told): Promise<unknown> => {
      const first = await issue('u1');
      return [verdict(await issue('u1', { name: 'other' })), await judge(first)];
    };
    const good = { ok: true, userId: 'u1' };
    expect(await each(PROFILES, twice)).toEqual([
      [ok, good],
      [ok, good],
      [[400, 1004], good],
    ]);
  });

  test('A4: two calls for one user at the same time both get a token; under seed-legacy the second is 1004, other users go on', async () => {
    const overlapping = async ({ sandbox, issue }: Told): Promise<unknown> => {
      await sandbox.control('POST', '/faults', [{ kind: 'delay', delayMs: 300, times: 1, path: ISSUE }]);
      const first = issue('u1');
      await seen(sandbox, 1);
      const during = [verdict(await issue('u1')), verdict(await issue('u2'))];
      return [...during, verdict(await first)];
    };
    expect(await each(PROFILES, overlapping)).toEqual([
      [ok, ok, ok],
      [ok, ok, ok],
      [[400, 1004], ok, ok],
    ]);
  });

  test('A26: 200 tokens a second, not 100', async () => {
    const sandbox = await runSandbox({ monotonicNow: () => 0 });
    const replies = await Promise.all(
      Array.from({ length: 201 }, () => sandbox.rongcloud(ISSUE, { userId: 'u1', name: 'n' })),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(200);
  });

  test('A27: no limit on users by default; with maxUsers one too many is 2007', async () => {
    const free = await under('live');
    const limited = await under('live', { maxUsers: 1 });
    for (const { issue } of [free, limited]) expect(verdict(await issue('u1'))).toEqual(ok);
    expect(verdict(await free.issue('u2'))).toEqual(ok);
    expect(verdict(await limited.issue('u2'))).toEqual([403, 2007]);
  });
});

describe('codes', () => {
  test.each([
    ['live', 'invalid App-Key.'],
    ['strict', 'invalid App-Key.'],
    ['seed-legacy', 'AppKey不存在'],
  ] as const)(
    'A5: 1002 is an unknown App Key and a wrong parameter; only the text tells, %s',
    async (profile, errorMessage) => {
      const sandbox = await runSandbox({ profile });
      const unknown = await sandbox.rongcloud(ISSUE, { userId: 'u1', name: 'n' }, freshHeaders('nobody', 'x'));
      expect([unknown.status, unknown.body]).toEqual([400, { url: ISSUE, code: 1002, errorMessage }]);
    },
  );

  test('A5: a missing name is 1002 as documented, and 1003 under seed-legacy', async () => {
    const nameless = async ({ send }: Told): Promise<unknown> => verdict(await send(ISSUE, { userId: 'u1' }));
    expect(await each(PROFILES, nameless)).toEqual([
      [400, 1002],
      [400, 1002],
      [400, 1003],
    ]);
  });

  test('A6: 1003 is a POST without data', async () => {
    const bare = async ({ sandbox }: Told): Promise<unknown> =>
      verdict(await sandbox.fetch(ISSUE, { method: 'POST', headers: freshHeaders('k1', SECRET) }));
    expect(await each(PROFILES, bare)).toEqual([
      [400, 1003],
      [400, 1003],
      [400, 1003],
    ]);
  });

  test('A7: a bad signature is HTTP 401 with 1004; under seed-legacy with 1001, since 1004 is a registered user there', async () => {
    const forged = async ({ issue }: Told): Promise<unknown> =>
      verdict(await issue('u1', {}, { Signature: '0'.repeat(40) }));
    expect(await each(PROFILES, forged)).toEqual([
      [401, 1004],
      [401, 1004],
      [401, 1001],
    ]);
  });

  test('A7: a fault with status 401 carries the code of a bad signature too', async () => {
    const failing = async ({ sandbox, issue }: Told): Promise<unknown> => {
      await sandbox.control('POST', '/faults', [{ kind: 'status', status: 401 }]);
      return verdict(await issue('u1'));
    };
    expect(await each(PROFILES, failing)).toEqual([
      [401, 1004],
      [401, 1004],
      [401, 1001],
    ]);
  });

  test('A8, A9, A10: seed-legacy has 1005, 1006 and 1007 for a bad user id, name and portrait', async () => {
    const { issue } = await under('seed-legacy');
    expect([
      verdict(await issue('u'.repeat(65))),
      verdict(await issue('u1', { name: 'n'.repeat(129) })),
      verdict(await issue('u1', { portraitUri: 'p'.repeat(1025) })),
    ]).toEqual([
      [400, 1005],
      [400, 1006],
      [400, 1007],
    ]);
  });

  test('A8, A9, A10: as documented all three are 1005, a parameter that is too long', async () => {
    const { issue } = await under('live');
    expect([
      verdict(await issue('u'.repeat(65))),
      verdict(await issue('u1', { name: 'n'.repeat(129) })),
      verdict(await issue('u1', { portraitUri: 'p'.repeat(1025) })),
    ]).toEqual([
      [400, 1005],
      [400, 1005],
      [400, 1005],
    ]);
  });

  test('A11: an error has its HTTP status, or 200 where the setting httpStatusOnError says so', async () => {
    const [mapped, always200] = [await under('live'), await under('live', { httpStatusOnError: false })];
    expect(verdict(await mapped.issue('a/b'))).toEqual([400, 1002]);
    expect(verdict(await always200.issue('a/b'))).toEqual([200, 1002]);
  });

  test('A12: an error body is url, code and errorMessage', async () => {
    const { issue } = await under('live');
    const { body } = await issue('a/b');
    expect(Object.keys(Object(body))).toEqual(['url', 'code', 'errorMessage']);
    expect(body).toMatchObject({ url: ISSUE });
  });

  test('A29: another method than POST is 405', async () => {
    const { sandbox } = await under('live');
    expect(verdict(await sandbox.fetch(ISSUE, { headers: freshHeaders('k1', SECRET) }))).toEqual([405, 405]);
  });

  test('A30: an App Key of Nexconn is unknown at RongCloud, although they share their hosts', async () => {
    const { sandbox } = await under('live');
    const headers = signedHeaders('sandbox-nexconn', 'sandbox-nexconn-secret');
    expect(verdict(await sandbox.rongcloud(ISSUE, { userId: 'u1', name: 'n' }, headers))).toEqual([400, 1002]);
  });
});

describe('lists and bodies', () => {
  const twoRepeated = [
    ['userId', 'u1'],
    ['userId', 'u2'],
  ];

  test('A22: JSON under a form’s label is refused with advice', async () => {
    const jsonAsForm = async ({ sandbox }: Told): Promise<unknown> => {
      const headers = { ...freshHeaders('k1', SECRET), ...FORM };
      const reply = await sandbox.fetch(ISSUE, { method: 'POST', headers, body: '{"userId":"u1","name":"n"}' });
      expect(Object(reply.body).errorMessage).toContain('new URLSearchParams');
      return verdict(reply);
    };
    expect(await each(PROFILES, jsonAsForm)).toEqual([
      [400, 1002],
      [400, 1002],
      [400, 1003],
    ]);
  });

  test('A22: strict wants the documented Content-Type, live reads the body as it is', async () => {
    const typeless = async ({ sandbox }: Told): Promise<unknown> => {
      const headers = { ...freshHeaders('k1', SECRET), 'Content-Type': 'text/plain' };
      return verdict(await sandbox.fetch(ISSUE, { method: 'POST', headers, body: 'userId=u1&name=n' }));
    };
    expect(await each(['live', 'strict'], typeless)).toEqual([ok, [400, 1002]]);
  });

  test('A23: where pages repeat the key, ids joined by commas pass live and are refused strict', async () => {
    const block = async (told: Told): Promise<unknown> => {
      for (const userId of ['u1', 'u2']) await told.issue(userId);
      const repeated = await told.send('/user/block.json', [...twoRepeated, ['minute', '1']]);
      return [verdict(repeated), verdict(await told.send('/user/block.json', { userId: 'u1,u2', minute: '1' }))];
    };
    expect(await each(['live', 'strict'], block)).toEqual([
      [ok, ok],
      [ok, [400, 1002]],
    ]);
  });

  test('A23: where pages join ids by commas, a repeated key passes live and is refused strict', async () => {
    const deactivate = async (told: Told): Promise<unknown> => {
      for (const userId of ['u1', 'u2']) await told.issue(userId);
      const joined = await told.send('/user/deactivate.json', { userId: 'u1,u2' });
      return [verdict(joined), verdict(await told.send('/user/deactivate.json', twoRepeated))];
    };
    expect(await each(['live', 'strict'], deactivate)).toEqual([
      [ok, ok],
      [ok, [400, 1002]],
    ]);
  });

  test('A23: users are deleted by ids in either form, strict too: the SDKs send both', async () => {
    for (const profile of ['live', 'strict'] as const) {
      const { issue, send } = await under(profile);
      for (const userId of ['u1', 'u2', 'u3', 'u4']) await issue(userId);
      await send('/user/delusers.json', { userId: 'u1,u2' });
      await send('/user/delusers.json', [
        ['userId', 'u3'],
        ['userId', 'u4'],
      ]);
      expect((await send('/user/query.json', {})).body).toEqual({ code: 200, total: 0, users: [] });
    }
  });

  test.each([
    ['/user/token/expire.json', 20, { time: '1' }],
    ['/user/block.json', 20, { minute: '1' }],
    ['/user/unblock.json', 20, {}],
    ['/user/deactivate.json', 100, {}],
    ['/user/reactivate.json', 100, {}],
    ['/user/delusers.json', 100, {}],
  ])('A24: %s takes %i users and not one more', async (path, most, more) => {
    let nowMs = 0;
    const { issue, send } = await under('live', {}, { monotonicNow: () => (nowMs += 1_000) });
    await issue('u1');
    const joined = (count: number): string => Array.from({ length: count }, () => 'u1').join(',');
    expect(verdict(await send(path, { userId: joined(most), ...more }))).toEqual(ok);
    expect(verdict(await send(path, { userId: joined(most + 1), ...more }))).toEqual([400, 1002]);
  });
});

describe('across the providers', () => {
  test('D1: the first token registers the user', async () => {
    const { issue, send } = await under('live');
    expect(verdict(await send('/user/info.json', { userId: 'u1' }))).toEqual([400, 1002]);
    await issue('u1');
    expect(verdict(await send('/user/info.json', { userId: 'u1' }))).toEqual(ok);
  });

  test('D2: tokens are revoked by the time at which they were obtained', async () => {
    const { issue, send, judge } = await under('live');
    const reply = await issue('u1');
    await send('/user/token/expire.json', { userId: 'u1', time: String(Date.now() + 1_000) });
    expect(await judge(reply)).toEqual({ ok: false, reason: 'revoked' });
  });

  test('D3: a ban lasts 1 minute to 30 days', async () => {
    const { issue, send } = await under('live');
    await issue('u1');
    const ban = async (minute: string): Promise<unknown> =>
      verdict(await send('/user/block.json', { userId: 'u1', minute }));
    expect([await ban('0'), await ban('1'), await ban('43200'), await ban('43201')]).toEqual([
      [400, 1002],
      ok,
      ok,
      [400, 1002],
    ]);
  });

  test('D4: a banned user gets a token, which is turned away at login until the ban ends', async () => {
    const { sandbox, issue, send, judge } = await under('live');
    await issue('u1');
    await send('/user/block.json', { userId: 'u1', minute: '1' });
    const reply = await issue('u1');
    expect(await judge(reply)).toEqual({ ok: false, reason: 'banned' });
    await sandbox.control('POST', '/clock', { advanceMs: 60_000 });
    expect(await judge(reply)).toEqual({ ok: true, userId: 'u1' });
  });

  test('D5: a lifetime in the request changes nothing', async () => {
    const { sandbox, issue, judge } = await under('live');
    const reply = await issue('u1', { ttl: '1', expires_in: '1' });
    await sandbox.control('POST', '/clock', { advanceMs: 3_600_000 });
    expect(await judge(reply)).toEqual({ ok: true, userId: 'u1' });
  });

  test('D6: case makes another user', async () => {
    const { issue, judge } = await under('live');
    const [lower, upper] = [await issue('mei'), await issue('Mei')];
    expect([await judge(lower), await judge(upper)]).toEqual([
      { ok: true, userId: 'mei' },
      { ok: true, userId: 'Mei' },
    ]);
  });

  test('D7: beyond the rate it is 429 with 1008', async () => {
    const { sandbox, issue } = await under('live');
    await sandbox.control('POST', '/limits', { provider: 'rongcloud', path: ISSUE, perSecond: 1 });
    expect([verdict(await issue('u1')), verdict(await issue('u1'))]).toEqual([ok, [429, 1008]]);
  });

  test('D8: lower-case letters and digits, 32 at most and a letter first, pass under every profile', async () => {
    const userId = `a${'0'.repeat(31)}`;
    expect(await each(PROFILES, async ({ issue }) => verdict(await issue(userId)))).toEqual([ok, ok, ok]);
  });
});

function headersAt(atMs: number): Record<string, string> {
  return freshHeaders('sandbox-rongcloud', 'sandbox-rongcloud-secret', atMs);
}

/** Waits until the sandbox has received so many calls. */
async function seen(sandbox: RunningSandbox, count: number): Promise<void> {
  while ((await sandbox.journal()).entries.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
}

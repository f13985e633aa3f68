import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Concern, StoredToken, TokenStore, UserStanding } from '@immint/db';
import { RongCloudSettings } from '@immint/contracts';
import { providers } from '@immint/providers';
import { Secret } from '@immint/secrets';
import { expect, test } from 'vitest';
import type { DescribedApp } from '../apps/app-connections.ts';
import type { ChangeFeed } from './change-feed.ts';
import { createTokenReader } from './token-reader.ts';

const NOW_MS = 1_795_000_000_000;

const STANDING: UserStanding = {
  revocationEpoch: 0,
  barredAtMs: null,
  issueAfterMs: null,
  instantMissing: false,
  fence: 1,
  failedAtMs: null,
};

function tokenOf(userId: string, changes: Partial<StoredToken> = {}): StoredToken {
  return {
    userId,
    canonicalUserId: userId,
    name: userId,
    generation: 1,
    secretEpoch: 1,
    fingerprint: 'fp_0123456789abcdef',
    issuedAtMs: NOW_MS - 1_000,
    lifetime: 'unknown',
    expiresAtMs: null,
    lastHandedOutOn: null,
    replacedAtMs: null,
    replacements: 0,
    fence: 1,
    reportedAtMs: null,
    isDiscarded: false,
    isRevoked: false,
    token: Secret.of(`token of ${userId}`),
    ...changes,
  };
}

function appWith(
  settings: Partial<RongCloudSettings> = {},
  changes: Partial<DescribedApp['record']> = {},
): DescribedApp {
  return {
    record: {
      id: 7,
      name: 'rc',
      provider: 'rongcloud',
      appKey: 'key',
      baseUrl: 'https://provider.example',
      secretEpoch: 1,
      discardedBeforeMs: null,
      settings: {},
      createdAtMs: 0,
      updatedAtMs: 0,
      ...changes,
    },
    settings: { ...RongCloudSettings.parse({}), ...settings },
    entry: providers.rongcloud,
  };
}

/** A reader on a store that holds what it is told, with a count of what it was asked. */
function open(options: { maxBytes?: number } = {}) {
  const held = { stored: tokenOf('u') as StoredToken | undefined, standing: STANDING };
  const state = { asked: 0, nowMs: NOW_MS, change: (_concerns: readonly Concern[]): void => {} };
  const read: TokenStore['read'] = async () => {
    state.asked += 1;
    return { ...held, nowMs: state.nowMs };
  };
  const feed: ChangeFeed = {
    sight: () => 'clear',
    databaseNowMs: () => state.nowMs,
    watch: (onConcerns) => void (state.change = onConcerns),
    start: () => {},
    stop: async () => {},
  };
  return { held, state, reader: createTokenReader({ read }, feed, options.maxBytes ?? 1_000_000) };
}

test('a good token is asked for once', async () => {
  const { reader, state } = open();
  for (let times = 0; times < 3; times += 1) {
    expect((await reader.read(appWith(), 'u')).stored?.token.reveal()).toBe('token of u');
  }
  expect(state.asked).toBe(1);
});

test.each<[string, Partial<StoredToken> | undefined, Partial<UserStanding>]>([
  ['there is no token', undefined, {}],
  ['the token is reported', { reportedAtMs: NOW_MS }, {}],
  ['the token is discarded', { isDiscarded: true }, {}],
  ['the token is revoked', { isRevoked: true }, {}],
  ['the token is of an earlier secret', { secretEpoch: 0 }, {}],
  ['the token is at its end', { lifetime: 'known', expiresAtMs: NOW_MS + 1 }, {}],
  [
    'the token is due to be renewed',
    { lifetime: 'known', issuedAtMs: NOW_MS - 3_500_000, expiresAtMs: NOW_MS + 300_000 },
    {},
  ],
  ['the user is barred', {}, { barredAtMs: NOW_MS }],
])('the store is asked each time where %s', async (_where, changes, standing) => {
  const { reader, state, held } = open();
  held.stored = changes === undefined ? undefined : tokenOf('u', changes);
  held.standing = { ...STANDING, ...standing };
  await reader.read(appWith(), 'u');
  await reader.read(appWith(), 'u');
  expect(state.asked).toBe(2);
});

test('a strict app is asked for each time', async () => {
  const { reader, state } = open();
  const strict = appWith({ readMode: 'strict' });
  await reader.read(strict, 'u');
  await reader.read(strict, 'u');
  expect(state.asked).toBe(2);
});

test.each<[string, Concern, number]>([
  ['the user', { about: 'user', appId: 7, canonicalUserId: 'u' }, 2],
  ['another user', { about: 'user', appId: 7, canonicalUserId: 'v' }, 1],
  ['a user of the same name of another app', { about: 'user', appId: 77, canonicalUserId: 'u' }, 1],
  ['the app', { about: 'app', appId: 7 }, 2],
  ['another app', { about: 'app', appId: 77 }, 1],
  ['anything', { about: 'everything' }, 2],
  ['an API key', { about: 'key', keyId: 'k' }, 1],
])('after a change of %s', async (_whom, concern, asked) => {
  const { reader, state } = open();
  await reader.read(appWith(), 'u');
  state.change([concern]);
  await reader.read(appWith(), 'u');
  expect(state.asked).toBe(asked);
});

test('what ends with time ends in memory too, by the database’s clock', async () => {
  const { reader, state, held } = open();
  held.stored = tokenOf('u', { lifetime: 'known', expiresAtMs: NOW_MS + 3_600_000 });
  await reader.read(appWith(), 'u');
  state.nowMs += 1_800_000;
  expect((await reader.read(appWith(), 'u')).nowMs).toBe(state.nowMs);
  expect(state.asked).toBe(1);
  state.nowMs += 1_790_000;
  await reader.read(appWith(), 'u');
  expect(state.asked).toBe(2);
});

test('an app whose secret was refreshed, or whose tokens are distrusted, is given nothing out of memory', async () => {
  const { reader, state } = open();
  await reader.read(appWith(), 'u');
  await reader.read(appWith({}, { secretEpoch: 2 }), 'u');
  await reader.read(appWith({}, { discardedBeforeMs: NOW_MS }), 'u');
  expect(state.asked).toBe(3);
});

test('the day of a hand-out is remembered with the token that it was of', async () => {
  const { reader, held } = open();
  await reader.read(appWith(), 'u');
  reader.handedOut(appWith(), tokenOf('u', { generation: 2 }), '2026-11-23');
  expect((await reader.read(appWith(), 'u')).stored?.lastHandedOutOn).toBeNull();
  reader.handedOut(appWith(), tokenOf('u'), '2026-11-24');
  expect((await reader.read(appWith(), 'u')).stored?.lastHandedOutOn).toBe('2026-11-24');
  expect(held.stored?.lastHandedOutOn).toBeNull();
});

test('a hundred thousand tokens take no more memory than they may', async () => {
  const collect = openCollector();
  const maxBytes = 16 * 1024 * 1024;
  const { reader, held } = open({ maxBytes });
  const app = appWith();
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < 100_000; index += 1) {
    // Texts that are parts of no other text, as they come from the database.
    const userId = Buffer.from(`user-${index}`).toString('latin1');
    const token = Secret.of(Buffer.from(`${index}`.padStart(200, 'x')).toString('latin1'));
    held.stored = tokenOf(userId, { token, issuedAtMs: NOW_MS - index - 0.5 });
    await reader.read(app, userId);
  }
  held.stored = undefined;
  collect();
  const taken = process.memoryUsage().heapUsed - before;
  expect(taken).toBeGreaterThan(maxBytes / 4);
  expect(taken).toBeLessThan(maxBytes);
  // The reader is still in use, so what it holds was counted.
  expect((await reader.read(app, 'user-99999')).stored?.userId).toBe('user-99999');
}, 30_000);

/** V8's garbage collector, to be called by name. */
function openCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('V8 shows no garbage collector');
  return () => void collect();
}

import { ProviderError } from '@immint/providers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openScriptedHouse, tokenNamed } from '../testing/scripted-house.ts';
import { discardTokens } from './discard.ts';
import { obtainToken } from './obtain.ts';
import { reportToken } from './report.ts';

let house: Awaited<ReturnType<typeof openScriptedHouse>>;
let user = 0;
let userId: string;
beforeAll(async () => {
  house = await openScriptedHouse();
  await house.addApp('rc', 'rongcloud');
  await house.addApp('em', 'easemob');
});
afterAll(() => house.close());
beforeEach(() => {
  user += 1;
  userId = `user${user}`;
  house.provider.asked.length = 0;
  house.provider.answer = async (_request, index) => tokenNamed(`token-${userId}-${index}`);
});

const obtain = (more: object = {}) => obtainToken(house.call, { app: 'rc', userId, ...more });
const report = (more: object) => reportToken(house.call, { app: 'rc', userId, ...more });
const unreachable = async () => {
  throw new ProviderError('unreachable', { mayHaveExecuted: false });
};

describe('a report of the current token', () => {
  test('brings a new one', async () => {
    const { token } = await obtain();
    expect(await report({ token })).toMatchObject({ source: 'issued', generation: 2 });
    expect(await obtain()).toMatchObject({ source: 'stored', generation: 2 });
  });

  test('by a thousand devices at once, over several servers, costs one call', async () => {
    const { fingerprint } = await obtain();
    const servers = [house.call, house.anotherServer(), house.anotherServer()];
    const reports = Array.from({ length: 1_000 }, (_, index) =>
      reportToken(servers[index % 3] ?? house.call, { app: 'rc', userId, fingerprint }),
    );
    const tokens = await Promise.all(reports);
    expect(new Set(tokens.map(({ generation }) => generation))).toEqual(new Set([2]));
    expect(house.provider.asked).toHaveLength(2);
  });

  test('twice in short order is told to wait the second time, and the marked token stays in use', async () => {
    await report({ token: (await obtain()).token });
    const { fingerprint } = await obtain();
    await expect(report({ fingerprint })).rejects.toMatchObject({
      reason: 'FRESH_TOO_SOON',
      retryAfterMs: expect.any(Number),
    });
    expect(await obtain()).toMatchObject({ source: 'stored', fingerprint });
    expect(house.provider.asked).toHaveLength(2);
  });

  test('hands it out again while the provider cannot be reached, and replaces it once it can', async () => {
    const { fingerprint, token } = await obtain();
    house.provider.answer = unreachable;
    expect(await report({ fingerprint })).toMatchObject({ source: 'stored', token });
    expect(await obtain()).toMatchObject({ source: 'stored', token });
    house.provider.answer = async () => tokenNamed('at-last');
    expect(await obtain()).toMatchObject({ source: 'issued', token: 'at-last', generation: 2 });
  });

  test('hands out nothing where the provider refuses this user', async () => {
    const { fingerprint } = await obtain();
    house.provider.answer = async () => {
      throw new ProviderError('user-banned');
    };
    await expect(report({ fingerprint })).rejects.toMatchObject({ kind: 'user-banned' });
  });
});

describe('a report of another token', () => {
  test('is answered with the current one, and costs nothing', async () => {
    const old = await obtain();
    await report({ token: old.token });
    house.provider.asked.length = 0;
    expect(await report({ token: old.token })).toMatchObject({ source: 'stored', generation: 2 });
    expect(await report({ fingerprint: old.fingerprint })).toMatchObject({ source: 'stored', generation: 2 });
    expect(await report({ token: 'never seen' })).toMatchObject({ source: 'stored', generation: 2 });
    expect(house.provider.asked).toHaveLength(0);
  });

  test('of a user who has none brings the first', async () => {
    expect(await report({ token: 'never seen' })).toMatchObject({ source: 'issued', generation: 1 });
  });
});

describe('the code of the client SDK', () => {
  test('that says something else than that the token is dead costs nothing, and is explained', async () => {
    const { token } = await obtain();
    await expect(report({ token, providerCode: 31010 })).rejects.toMatchObject({
      reason: 'REPORT_NOT_ABOUT_TOKEN',
      message: expect.stringContaining('31010'),
    });
    expect(await obtain()).toMatchObject({ generation: 1, source: 'stored' });
  });

  test('31004 of RongCloud is believed, whichever of its two meanings it has', async () => {
    const { token } = await obtain();
    expect(await report({ token, providerCode: 31004 })).toMatchObject({ generation: 2 });
  });

  test('that the token ends soon leaves it good, and one that does not end soon by our clock is not renewed', async () => {
    house.provider.answer = async () => tokenNamed(`long-${userId}`, 86_400);
    const { token } = await reportToken(house.call, { app: 'em', userId, token: 'none' });
    const again = await reportToken(house.call, { app: 'em', userId, token, providerCode: 109 });
    expect(again).toMatchObject({ source: 'stored', token });
    expect(house.provider.asked).toHaveLength(1);
  });
});

describe('a discard', () => {
  const discard = (more: object) => discardTokens(house.call, { app: 'rc', ...more });

  test('of users calls nobody, and each of them gets a new token with the next obtain', async () => {
    await obtain();
    house.provider.asked.length = 0;
    expect(await discard({ userIds: [userId], dryRun: true })).toEqual({ app: 'rc', discarded: 1, dryRun: true });
    expect(await obtain()).toMatchObject({ generation: 1 });
    expect(await discard({ userIds: [userId, 'nobody'] })).toEqual({ app: 'rc', discarded: 1, dryRun: false });
    expect(await discard({ userIds: [userId] })).toMatchObject({ discarded: 0 });
    expect(house.provider.asked).toHaveLength(0);
    expect(await obtain()).toMatchObject({ source: 'issued', generation: 2 });
  });

  test('of all distrusts what was issued until now, and nothing that is issued from now on', async () => {
    await obtain();
    expect(await discard({ all: true })).toMatchObject({ dryRun: false });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await obtain()).toMatchObject({ source: 'issued', generation: 2 });
    expect(await obtain()).toMatchObject({ source: 'stored', generation: 2 });
  });

  test('of what was issued before an instant leaves the rest', async () => {
    const { issuedAtMs } = await obtain();
    await discard({ issuedBeforeMs: issuedAtMs });
    expect(await obtain()).toMatchObject({ source: 'stored' });
    await discard({ issuedBeforeMs: issuedAtMs + 1 });
    expect(await obtain()).toMatchObject({ source: 'issued', generation: 2 });
  });

  test('of what was issued before a time to come distrusts what there is, and nothing that is issued from now on', async () => {
    await obtain();
    await discard({ issuedBeforeMs: Date.now() + 86_400_000 });
    expect(await obtain()).toMatchObject({ source: 'issued', generation: 2 });
    expect(await obtain()).toMatchObject({ source: 'stored', generation: 2 });
  });

  test('beats a report: a discarded token is not handed out, reported or not', async () => {
    const { fingerprint } = await obtain();
    house.provider.answer = unreachable;
    await report({ fingerprint });
    await discard({ userIds: [userId] });
    await expect(obtain()).rejects.toMatchObject({ kind: 'unreachable' });
  });
});

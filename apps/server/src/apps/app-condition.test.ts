import { DatabaseError } from '@immint/db';
import { ProviderError } from '@immint/providers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScriptedHouse } from '../testing/scripted-house.ts';
import { obtainToken } from '../tokens/obtain.ts';
import { reportToken } from '../tokens/report.ts';
import { showApp } from './show.ts';

let house: Awaited<ReturnType<typeof openScriptedHouse>>;
beforeAll(async () => {
  house = await openScriptedHouse();
  await house.addApp('shown', 'rongcloud');
});
afterAll(() => house.close());

test('an app that nothing happened to yet is shown as such', async () => {
  const { condition, tokens } = await showApp(house.call, { app: 'shown' });
  expect(tokens).toBe(0);
  expect(condition).toMatchObject({
    lastSuccessAtMs: null,
    lastError: null,
    breaker: { state: 'closed', retryAtMs: null, domain: 'primary' },
    paces: [],
    secret: { refusals: 0, paused: false, probeAtMs: null, acceptedAtMs: null },
    tokensByState: { good: 0, reported: 0, expired: 0, ofEarlierSecrets: 0, discarded: 0, revoked: 0 },
    possibleOrphans: 0,
  });
  expect(condition.minutes).toHaveLength(6);
});

test('what this server did a moment ago is counted, and a refusal is over once a token was given', async () => {
  const { answer } = house.provider;
  house.provider.answer = () => Promise.reject(new ProviderError('rate-limited'));
  await expect(obtainToken(house.call, { app: 'shown', userId: 'alice' })).rejects.toThrow(ProviderError);
  const trouble = (await showApp(house.call, { app: 'shown' })).condition;
  expect(trouble.lastError).toMatchObject({ reason: 'PROVIDER_RATE_LIMITED', isOver: false });

  house.provider.answer = answer;
  house.clock.monotonicMs += 60_000;
  const { fingerprint } = await obtainToken(house.call, { app: 'shown', userId: 'alice' });
  await reportToken(house.call, { app: 'shown', userId: 'alice', fingerprint, providerCode: 31_020 });
  const { condition } = await showApp(house.call, { app: 'shown' });
  expect(condition.lastError?.isOver).toBe(true);
  expect(condition.lastSuccessAtMs).not.toBeNull();
  const total = { handedOut: 0, issued: 0, failed: 0, reported: 0 };
  for (const minute of condition.minutes) {
    for (const name of ['handedOut', 'issued', 'failed', 'reported'] as const) total[name] += minute[name];
  }
  expect(total).toEqual({ handedOut: 2, issued: 2, failed: 1, reported: 1 });
  expect(condition.tokensByState?.good).toBe(1);
});

test('what a newer server wrote down as a reason is shown by its sentence', async () => {
  const { id } = await house.addApp('newer', 'rongcloud');
  const failure = { kind: 'eclipsed', reason: 'PROVIDER_ECLIPSED', sentence: 'It is dark.', isMinor: false, msAgo: 0 };
  const counts = { handedOut: 0, issued: 0, failed: 1, reported: 0 };
  await house.services.activityStore.add([{ appId: id, counts, succeededMsAgo: null, failure }]);
  const { condition } = await showApp(house.call, { app: 'newer' });
  expect(condition.lastError).toMatchObject({ reason: null, message: 'It is dark.', isOver: false });
});

test('more tokens than can be counted in time do not keep the rest from being shown', async () => {
  const census = { count: () => Promise.reject(new DatabaseError('DATABASE_TIMEOUT')) };
  const { condition } = await showApp({ ...house.call, services: { ...house.services, census } }, { app: 'shown' });
  expect(condition.tokensByState).toBeNull();
  expect(condition.lastSuccessAtMs).not.toBeNull();
});

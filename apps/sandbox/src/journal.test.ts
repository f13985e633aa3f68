import { expect, test } from 'vitest';

import { Journal } from './journal.ts';
import { runSandbox } from './testing/running-sandbox.ts';

const arrival = { atMs: 0, domain: 'primary', provider: 'nexconn', method: 'POST', path: '/', appKey: null } as const;

test('the journal keeps its newest entries and counts those it dropped', () => {
  const journal = new Journal(3);
  for (let call = 0; call < 10; call += 1) journal.open(arrival);
  const { entries, next, dropped } = journal.read(0, 100);
  expect(entries.map(({ seq }) => seq)).toEqual([8, 9, 10]);
  expect([next, dropped]).toEqual([10, 7]);
  journal.clear();
  expect(journal.read(0, 100)).toEqual({ entries: [], next: 0, dropped: 0 });
  expect(journal.open(arrival).seq).toBe(11);
});

test('an entry names the first 100 users of a call, and no more of a text than an id may have', async () => {
  const { rongcloud, journal } = await runSandbox();
  await rongcloud('/user/deactivate.json', { userId: Array.from({ length: 150 }, (_each, at) => `u${at}`).join(',') });
  await rongcloud('/user/getToken.json', { userId: 'x'.repeat(90_000), name: 'n' });
  const [many, long] = (await journal()).entries;
  expect(many?.userIds).toEqual(Array.from({ length: 100 }, (_each, at) => `u${at}`));
  expect(long?.userIds).toEqual(['x'.repeat(128)]);
});

test('an entry keeps no more of a path or App Key than a served call can have', async () => {
  const { fetch, journal } = await runSandbox();
  await fetch(`/o/a/${'x'.repeat(9_000)}`);
  await fetch('/user/info.json', { method: 'POST', headers: { 'App-Key': 'y'.repeat(9_000) } });
  const [path, appKey] = (await journal()).entries;
  expect(path?.path).toBe(`/o/a/${'x'.repeat(507)}`);
  expect(appKey?.appKey).toBe('y'.repeat(128));
});

test('a request for hosts that names no App Key has none in the journal', async () => {
  const { fetch, journal } = await runSandbox();
  expect((await fetch('/easemob/server.json')).status).toBe(404);
  expect((await journal()).entries).toMatchObject([{ provider: 'easemob', appKey: null }]);
});

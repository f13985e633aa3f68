import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScriptedHouse } from '../testing/scripted-house.ts';
import { obtainToken } from '../tokens/obtain.ts';
import { removeApp } from './remove.ts';

let house: Awaited<ReturnType<typeof openScriptedHouse>>;
beforeAll(async () => {
  house = await openScriptedHouse();
});
afterAll(() => house.close());

test('an app is removed only when its name is given twice', async () => {
  await house.addApp('kept', 'nexconn');
  await expect(removeApp(house.call, { app: 'kept', confirm: 'yes' })).rejects.toMatchObject({
    reason: 'APP_REMOVAL_UNCONFIRMED',
  });
  expect(await house.services.apps.find('kept')).toBeDefined();
});

test('a removed app serves nothing any more, its name is free, and a new one of that name starts empty', async () => {
  await house.addApp('gone', 'nexconn');
  await obtainToken(house.call, { app: 'gone', userId: 'u1' });
  const removed = await removeApp(house.call, { app: 'gone', confirm: 'gone' });
  expect(removed).toMatchObject({ app: 'gone', tokens: 1 });
  expect(removed.keptUntilMs - house.services.nowMs()).toBeGreaterThan(6.9 * 24 * 3_600_000);
  await expect(obtainToken(house.call, { app: 'gone', userId: 'u1' })).rejects.toMatchObject({ reason: 'APP_UNKNOWN' });
  await house.addApp('gone', 'nexconn');
  expect(await obtainToken(house.call, { app: 'gone', userId: 'u1' })).toMatchObject({
    source: 'issued',
    generation: 1,
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import type { JobView } from '@immint/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WatchCall } from '../context.ts';
import { createKey } from '../keys/create.ts';
import { revokeKey } from '../keys/revoke.ts';
import { openScriptedHouse } from '../testing/scripted-house.ts';
import { addJobItems } from './add-items.ts';
import { cancelJob } from './change.ts';
import { createJob } from './create.ts';
import { watchJob } from './watch.ts';

let house: Awaited<ReturnType<typeof openScriptedHouse>>;
let stopper: AbortController;
let call: WatchCall;
let keyId: string;

beforeAll(async () => {
  house = await openScriptedHouse();
  await house.addApp('rc', 'rongcloud');
});
afterAll(() => house.close());

async function watch(
  deadlineMs = 60_000,
): Promise<{ job: number; views: AsyncGenerator<JobView>; client: AbortController }> {
  const services = { ...house.services, sleep: (ms: number) => sleep(ms), monotonicMs: () => performance.now() };
  const created = await createKey(services, { actor: 'tests' }, { kind: 'admin', label: 'watcher' });
  keyId = created.id;
  stopper = new AbortController();
  call = {
    ...house.call,
    services,
    deadlineMs: performance.now() + deadlineMs,
    stopping: stopper.signal,
    authorization: `Bearer ${created.key}`,
  };
  const { job } = await createJob(call, { app: 'rc' });
  const client = new AbortController();
  return { job, views: watchJob(call, { job }, client.signal), client };
}

describe('watching a job', () => {
  test('tells each change once, and ends with the job', async () => {
    const { job, views } = await watch();
    expect((await views.next()).value).toMatchObject({ state: 'filling', items: 0 });
    const next = views.next();
    await sleep(600);
    await addJobItems(call, { job, items: [{ number: 1, userId: 'u1' }] });
    expect((await next).value).toMatchObject({ items: 1 });
    await cancelJob(call, { job });
    expect((await views.next()).value).toMatchObject({ state: 'cancelled' });
    expect((await views.next()).done).toBe(true);
  });

  test('ends when nobody listens any more, when the server stops, and when its time is over', async () => {
    const left = await watch();
    await left.views.next();
    left.client.abort();
    expect((await left.views.next()).done).toBe(true);

    const stopped = await watch();
    await stopped.views.next();
    stopper.abort();
    expect((await stopped.views.next()).done).toBe(true);

    const late = await watch(1_000);
    await late.views.next();
    expect((await late.views.next()).done).toBe(true);
  });

  test('ends within seconds for a key that is revoked meanwhile', async () => {
    const { views } = await watch();
    await views.next();
    await revokeKey(house.call, { id: keyId });
    await expect(views.next()).rejects.toMatchObject({ reason: 'CREDENTIALS_REFUSED' });
  });
});

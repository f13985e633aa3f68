import { setTimeout as pause } from 'node:timers/promises';
import { ISSUE_PATH } from './cluster.ts';
import type { Cluster } from './cluster.ts';

/** No standstill that is made here is longer. */
export const LONGEST_STANDSTILL_MS = 3_000;

const POINTS = ['lease-taken', 'before-call', 'answered', 'saved'] as const;

/** For how long, and where. */
interface Trouble {
  readonly place: number;
  readonly isOn: () => boolean;
  readonly random: () => number;
}

/** The server in this place dies again and again, at a point or after a while. Gives what was done, in words. */
export async function killAgain(cluster: Cluster, { place, isOn, random }: Trouble): Promise<string> {
  let kills = 0;
  while (isOn()) {
    await cluster.servers[place]?.stop('SIGKILL');
    const point = POINTS[Math.floor(random() * POINTS.length)] ?? 'answered';
    const hit = 1 + Math.floor(random() * 8);
    const server = await cluster.start(place, { IMMINT_TEST_STOP_AT: `${point}:${hit}:kill` });
    await Promise.race([server.gone, pause(2_000 + random() * 3_000)]);
    kills += 1;
  }
  await cluster.servers[place]?.stop('SIGKILL');
  await cluster.start(place);
  return `${kills} kills`;
}

/** The server in this place stands still again and again. Gives what was done, in words. */
export async function stopAgain(cluster: Cluster, { place, isOn, random }: Trouble): Promise<string> {
  let times = 0;
  while (isOn()) {
    await pause(random() * 2_000);
    const pid = cluster.servers[place]?.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    await pause(random() * LONGEST_STANDSTILL_MS);
    process.kill(pid, 'SIGCONT');
    times += 1;
  }
  return `${times} standstills`;
}

/** The provider has one fault after the other, some after it has done its work. Gives what was done, in words. */
export async function troubleProvider(cluster: Cluster, { isOn, random }: Omit<Trouble, 'place'>): Promise<string> {
  const faults = [
    { kind: 'delay', delayMs: 1_500, share: 0.3 },
    { kind: 'status', status: 503, share: 0.3 },
    { kind: 'reset', share: 0.3, executes: true },
    { kind: 'half-open', share: 0.1, executes: true },
    { kind: 'garbage', share: 0.2, executes: true },
  ];
  let times = 0;
  while (isOn()) {
    await pause(500 + random() * 1_500);
    const fault = faults[Math.floor(random() * faults.length)];
    await cluster.sandbox.control.post('faults', [{ provider: 'rongcloud', path: ISSUE_PATH, ...fault }]);
    await pause(500 + random() * 1_500);
    await cluster.sandbox.control.clearFaults();
    times += 1;
  }
  return `${times} faults of the provider`;
}

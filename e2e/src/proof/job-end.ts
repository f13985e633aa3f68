import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';

const LOOK_EVERY_MS = 250;

/** When a job had done all it had to do, in epoch milliseconds of the database's clock. Rejects when it stops before that. */
export async function untilJobIsDone({ asker, servers }: Cluster, job: number): Promise<number> {
  for (;;) {
    const { status, text } = await asker.query(servers.at(-1)?.url ?? '', 'job.show', { job });
    if (status !== 200) throw new Error(`job.show: ${text}`);
    const { data } = (JSON.parse(text) as { result: { data: { state: string; finishedAtMs: number } } }).result;
    if (data.state === 'done') return data.finishedAtMs;
    if (data.state !== 'running') throw new Error(`the job is ${data.state}`);
    await pause(LOOK_EVERY_MS);
  }
}

import { readFileSync } from 'node:fs';
import type { Cluster } from './cluster.ts';

/** Clock ticks a second in the files below: the same on every Linux. */
const TICKS_PER_SECOND = 100;

/** Watches what the processes spend from now on; gives it in words, with what the servers said of stalls and leases. */
export function watchServers(cluster: Cluster): () => Promise<string> {
  const { servers, sandbox } = cluster;
  const pids = [...servers.map(({ pid }) => pid), sandbox.pid];
  const before = pids.map(cpuSeconds);
  const own = process.cpuUsage();
  const beganMs = performance.now();
  const linesBefore = cluster.logLines().length;
  return async () => {
    const seconds = (performance.now() - beganMs) / 1_000;
    const share = (index: number) => percent((cpuSeconds(pids[index] ?? 0) - (before[index] ?? 0)) / seconds);
    const { user, system } = process.cpuUsage(own);
    const told = cluster.logLines().slice(linesBefore);
    const stalls = told.filter((line) => line.includes('server.stalled'));
    const leases = told.filter((line) => /"event":"(lease|leases|token\.orphaned)/.test(line));
    return [
      `of a core: servers ${servers.map((_, index) => share(index)).join(' ')}`,
      `sandbox ${share(servers.length)}`,
      `callers ${percent((user + system) / 1e6 / seconds)}`,
      `${stalls.length} stalls over 500 ms, ${leases.length} lines about leases`,
    ].join(', ');
  };
}

const percent = (part: number) => `${Math.round(part * 100)} %`;

/** What a process has spent so far; 0 where the system does not tell. */
function cpuSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}

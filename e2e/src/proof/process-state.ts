import { execFileSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 20;

/** Resolves when the system says that a process is stopped, as by SIGSTOP. Rejects after ten seconds, or when it is gone. */
export async function untilStandsStill(pid: number): Promise<void> {
  const untilMs = performance.now() + 10_000;
  while (!stateOf(pid).startsWith('T')) {
    if (performance.now() > untilMs) throw new Error(`process ${pid} does not stand still`);
    await pause(LOOK_EVERY_MS);
  }
}

/** The first letter is what Linux and macOS agree on. Throws when there is no such process. */
function stateOf(pid: number): string {
  return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).trim();
}

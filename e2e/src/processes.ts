import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export const MAIN = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url));

/** What is left of this process's environment for the ones under test: nothing that configures immint by accident. */
const BARE_ENVIRONMENT = {
  PATH: process.env['PATH'] ?? '',
  NO_COLOR: '1',
  // Processes are started by the hundred, and half of what each of them does is to compile the same files.
  NODE_COMPILE_CACHE: join(tmpdir(), 'immint-compiled-for-tests'),
};

export interface Surroundings {
  /** The working directory. */
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process under test. */
export interface Running {
  readonly pid: number;
  /** The JSON line that it prints when it is ready. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** The URL out of that line. */
  readonly url: string;
  /** Resolves when it is gone, however that came, with the monotonic milliseconds of that moment. */
  readonly gone: Promise<number>;
  /** Everything it wrote so far, both streams. */
  output(): string;
  /** Ends it by a signal and waits until it is gone. */
  stop(signal?: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<number | null>;
}

/** A folder of its own for one test, in the system's folder for temporary files; removed by `remove`. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'immint-e2e-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Starts `immint ...` without waiting for anything. */
export function spawnImmint(
  args: readonly string[],
  surroundings: Surroundings,
): ChildProcessByStdio<Writable, Readable, Readable> {
  return spawn(process.execPath, [MAIN, ...args], {
    cwd: surroundings.cwd,
    env: { ...BARE_ENVIRONMENT, HOME: surroundings.cwd, ...surroundings.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Runs `immint ...` to its end. */
export async function immint(args: readonly string[], surroundings: Surroundings): Promise<Finished> {
  const child = spawnImmint(args, surroundings);
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  child.stdin.on('error', () => {}).end(surroundings.stdin ?? '');
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: stdout(), stderr: stderr() };
}

/** Starts `immint serve` or `immint sandbox` and waits for its ready line. */
export async function startImmint(args: readonly string[], surroundings: Surroundings): Promise<Running> {
  const child = spawnImmint(args, surroundings);
  child.stdin.end();
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const gone = once(child, 'exit').then(() => performance.now());
  const ready = await new Promise<Record<string, unknown>>((resolve, reject) => {
    child.stdout.on('data', () => {
      const [line, rest] = stdout().split('\n', 2);
      if (line !== undefined && rest !== undefined) resolve(JSON.parse(line) as Record<string, unknown>);
    });
    child.once('close', (code) => reject(new Error(`immint ${args.join(' ')} ended with ${code}: ${stderr()}`)));
  });
  return {
    pid: child.pid ?? 0,
    ready,
    url: String(ready['url']),
    gone,
    output: () => stdout() + stderr(),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const closed = once(child, 'close');
      child.kill(signal);
      await closed;
      return child.exitCode;
    },
  };
}

function collect(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return () => text;
}

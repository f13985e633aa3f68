import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, cpSync, existsSync, mkdtempSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Secret } from '@immint/secrets';
import postgres from 'postgres';
import { findPostgresBinaries } from './postgres-binaries.ts';

/** A PostgreSQL server of its own for tests, on a Unix socket in a private directory: no port, no password. */
export interface TestPostgres {
  /** Makes an empty database and gives a URL for it, as `openDatabase` and `DATABASE_URL` take it. */
  createDatabase(): Promise<Secret>;
  /** The Unix socket that it listens on, for a proxy in front of it. */
  readonly socketPath: string;
  /** Stops the server and keeps its files: `fast` as an operator does, `immediate` as a crash of it would. */
  halt(how: 'fast' | 'immediate'): Promise<void>;
  /** Starts a server that was halted. */
  resume(): Promise<void>;
  /** Stops the server, whoever is connected, and removes its files. */
  stop(): Promise<void>;
}

export interface TestPostgresOptions {
  /** Whether a commit is on the disk when it is answered, as in production. Off by default: nothing outlives most tests. */
  readonly isDurable?: boolean;
}

/** PostgreSQL refuses to run as root; this is the user that nothing belongs to, on Linux and macOS alike. */
const NOBODY = 65_534;

type Server = ChildProcessByStdio<null, null, Readable>;

/** Speed instead of durability: nothing here outlives the test. */
const UNSAFE_AND_FAST = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off'].flatMap((set) => ['-c', set]);

/**
 * Starts a real PostgreSQL from the binaries that were installed for this platform. Works as root, also from a checkout
 * that only root can enter, and as an ordinary user. Throws if there is no PostgreSQL for the platform.
 */
export async function startPostgres({ isDurable = false }: TestPostgresOptions = {}): Promise<TestPostgres> {
  const home = findPostgresBinaries(`${process.platform}-${process.arch}`);
  const directory = mkdtempSync(join(tmpdir(), 'immint-pg-'));
  try {
    const start = prepareServer(home, directory, isDurable ? [] : UNSAFE_AND_FAST);
    return createTestPostgres(await start(), start, directory);
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

/** Makes the files of a server, and gives what starts one on them. */
function prepareServer(installed: string, directory: string, settings: readonly string[]): () => Promise<Server> {
  const isRoot = process.getuid?.() === 0;
  const home = isRoot ? copyForNobody(installed, directory) : installed;
  const data = join(directory, 'data');
  const as = { cwd: directory, env: { LC_ALL: 'C' }, ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}) };

  const initdbArguments = ['--username=postgres', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'];
  const initdb = spawnSync(join(home, 'bin', 'initdb'), ['--pgdata', data, ...initdbArguments], {
    ...as,
    encoding: 'utf8',
  });
  if (initdb.status !== 0) throw new Error(`initdb failed: ${initdb.error?.message ?? initdb.stderr}`);

  const serverArguments = ['-D', data, '-h', '', '-k', directory, '-c', 'max_connections=200', ...settings];
  return async () => {
    const command = join(home, 'bin', 'postgres');
    const server = spawn(command, serverArguments, { ...as, stdio: ['ignore', 'ignore', 'pipe'] });
    await untilReady(server);
    return server;
  };
}

/**
 * Nobody may not enter the checkout of root, so the programs go where nobody may read them: once for all tests of this
 * version, since they are 60 MB. Root alone could have put them there.
 */
function copyForNobody(installed: string, directory: string): string {
  chownSync(directory, NOBODY, NOBODY);
  const version = createHash('sha256').update(realpathSync(installed)).digest('hex').slice(0, 16);
  const home = join(tmpdir(), `immint-postgres-${version}`);
  if (!existsSync(home)) {
    const unfinished = `${home}.${process.pid}`;
    cpSync(installed, unfinished, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(unfinished, home);
    } catch {
      // Another test was faster.
      rmSync(unfinished, { recursive: true, force: true });
    }
  }
  if (statSync(home).uid !== 0) throw new Error(`${home} is not what tests put there: remove it`);
  return home;
}

async function untilReady(server: Server): Promise<void> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: server.stderr })) {
    lines.push(line);
    if (!line.includes('ready to accept connections')) continue;
    // Nobody reads on, and a full pipe would stop the server.
    server.stderr.resume();
    return;
  }
  throw new Error(`PostgreSQL did not start: ${lines.join('\n')}`);
}

/** PostgreSQL's signals: `fast` ends sessions and writes everything down, `immediate` leaves all as it is. */
const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

function createTestPostgres(first: Server, start: () => Promise<Server>, directory: string): TestPostgres {
  let server = first;
  const urlOf = (database: string) => `postgres://postgres@localhost/${database}?host=${encodeURIComponent(directory)}`;
  const admin = postgres({
    host: directory,
    username: 'postgres',
    database: 'postgres',
    max: 1,
    onnotice: () => undefined,
  });
  const stopAtOnce = () => server.kill(SIGNALS.immediate);
  const halt = async (how: keyof typeof SIGNALS) => {
    const stopped = once(server, 'exit');
    server.kill(SIGNALS[how]);
    await stopped;
  };
  process.once('exit', stopAtOnce);
  let databases = 0;
  return {
    socketPath: join(directory, '.s.PGSQL.5432'),
    halt,
    async resume() {
      server = await start();
    },
    async createDatabase() {
      databases += 1;
      await admin.unsafe(`create database test_${databases}`);
      return Secret.of(urlOf(`test_${databases}`));
    },
    async stop() {
      await admin.end();
      process.off('exit', stopAtOnce);
      if (server.exitCode === null && server.signalCode === null) await halt('fast');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

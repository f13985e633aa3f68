import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
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
  /** Stops the server, whoever is connected, and removes its files. */
  stop(): Promise<void>;
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
export async function startPostgres(): Promise<TestPostgres> {
  const home = findPostgresBinaries(`${process.platform}-${process.arch}`);
  const directory = mkdtempSync(join(tmpdir(), 'immint-pg-'));
  try {
    const server = await startServer(home, directory);
    return createTestPostgres(server, directory);
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

async function startServer(installed: string, directory: string): Promise<Server> {
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

  const serverArguments = ['-D', data, '-h', '', '-k', directory, '-c', 'max_connections=200', ...UNSAFE_AND_FAST];
  const server = spawn(join(home, 'bin', 'postgres'), serverArguments, { ...as, stdio: ['ignore', 'ignore', 'pipe'] });
  await untilReady(server);
  return server;
}

/** Nobody may not enter the checkout of root, so the programs go where nobody may read them. */
function copyForNobody(installed: string, directory: string): string {
  const home = join(directory, 'native');
  chownSync(directory, NOBODY, NOBODY);
  cpSync(installed, home, { recursive: true, verbatimSymlinks: true });
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

function createTestPostgres(server: Server, directory: string): TestPostgres {
  const urlOf = (database: string) => `postgres://postgres@localhost/${database}?host=${encodeURIComponent(directory)}`;
  const admin = postgres({
    host: directory,
    username: 'postgres',
    database: 'postgres',
    max: 1,
    onnotice: () => undefined,
  });
  const stopAtOnce = () => server.kill('SIGQUIT');
  process.once('exit', stopAtOnce);
  let databases = 0;
  return {
    async createDatabase() {
      databases += 1;
      await admin.unsafe(`create database test_${databases}`);
      return Secret.of(urlOf(`test_${databases}`));
    },
    async stop() {
      await admin.end();
      process.off('exit', stopAtOnce);
      const stopped = once(server, 'exit');
      server.kill('SIGINT');
      await stopped;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

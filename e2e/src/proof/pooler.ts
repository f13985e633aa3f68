import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Where Debian's package and others put it. */
const PLACES = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/opt/homebrew/bin/pgbouncer'];

/** PgBouncer refuses to run as root; this is the user that nothing belongs to. */
const NOBODY = 65_534;
const PORT = 6432;

/** PgBouncer on this machine, if it is installed. */
export function findPooler(): string | undefined {
  return PLACES.find((place) => existsSync(place));
}

/**
 * Starts PgBouncer in transaction mode in front of a database on a Unix socket: no statement can count on the session of the
 * one before. Gives the URL through it.
 */
export async function startPooler(databaseUrl: string): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const program = findPooler();
  if (program === undefined) throw new Error('PgBouncer is not installed');
  const { pathname, searchParams, username } = new URL(databaseUrl);
  const database = pathname.slice(1);
  const directory = mkdtempSync(join(tmpdir(), 'immint-pooler-'));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(directory, NOBODY, NOBODY);
  const settings = join(directory, 'pgbouncer.ini');
  writeFileSync(
    settings,
    [
      '[databases]',
      `${database} = host=${searchParams.get('host') ?? ''} dbname=${database} user=${username}`,
      '[pgbouncer]',
      `unix_socket_dir = ${directory}`,
      `listen_port = ${PORT}`,
      'auth_type = any',
      'pool_mode = transaction',
      'max_client_conn = 400',
      'default_pool_size = 20',
      'log_connections = 0',
      'log_disconnections = 0',
    ].join('\n'),
  );
  const pooler = spawn(program, [settings], {
    stdio: 'ignore',
    cwd: directory,
    ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  const ended = once(pooler, 'exit');
  const socket = join(directory, `.s.PGSQL.${PORT}`);
  for (let tries = 0; !existsSync(socket); tries += 1) {
    if (tries > 100 || pooler.exitCode !== null) throw new Error('PgBouncer did not start');
    await pause(50);
  }
  return {
    url: `postgres://${username}@localhost:${PORT}/${database}?host=${encodeURIComponent(directory)}&prepare=false`,
    async stop() {
      pooler.kill('SIGKILL');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

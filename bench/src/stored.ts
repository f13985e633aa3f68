// How many stored tokens one server hands out a second, and what each costs its processor, with and without what it
// remembers: `npx pnpm --filter @immint/bench stored [seconds] [megabytes,megabytes…]`.
import { readFileSync } from 'node:fs';
import { startPostgres } from '@immint/db/testing';
import { immint, startImmint, temporaryFolder } from '@immint/e2e/processes';
import { callServers } from './callers.ts';

const USERS = 200;
const CALLERS = 32;
const WARM_UP_MS = 2_000;
/** Linux counts processor time in hundredths of a second (proc(5), `utime` and `stime`). */
const MS_PER_TICK = 10;

const [seconds = '10', sizes = '0,64'] = process.argv.slice(2);

/** Milliseconds of processor time that a process has used. */
function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

async function measure(megabytes: string): Promise<void> {
  const folder = temporaryFolder();
  const cwd = folder.path;
  const postgres = await startPostgres();
  try {
    const DATABASE_URL = (await postgres.createDatabase()).reveal();
    const env = { DATABASE_URL, IMMINT_CACHE_MEGABYTES: megabytes, IMMINT_LOG_LEVEL: 'warn' };
    const created = await immint(['key', 'create', '--label', 'bench', '--admin', '--offline'], { cwd, env });
    const apiKey = created.stdout.trim();
    const sandbox = await startImmint(['sandbox', '--port', '0', '--backup-port', '0'], { cwd });
    const server = await startImmint(['serve', '--port', '0'], { cwd, env });
    const place = ['--base-url', sandbox.url, '--secret-file', '-'];
    const added = await immint(
      ['app', 'add', 'rc', '--provider', 'rongcloud', '--app-key', 'sandbox-rongcloud', ...place],
      { cwd, env: { IMMINT_URL: server.url, IMMINT_API_KEY: apiKey }, stdin: 'sandbox-rongcloud-secret' },
    );
    if (added.code !== 0) throw new Error(added.stderr);

    const users = Array.from({ length: USERS }, (_, index) => `stored${index}`);
    const target = { urls: [server.url], apiKey, app: 'rc', users };
    await callServers(target, { callers: CALLERS, forMs: WARM_UP_MS });
    const beforeMs = processorMs(server.pid);
    const { answered, failed, tookMs } = await callServers(target, {
      callers: CALLERS,
      forMs: Number(seconds) * 1_000,
    });
    const usedMs = processorMs(server.pid) - beforeMs;
    const quantile = (part: number) => (tookMs[Math.floor(tookMs.length * part)] ?? 0).toFixed(1);
    row([
      megabytes,
      Math.round(answered / Number(seconds)),
      `${quantile(0.5)} / ${quantile(0.99)} ms`,
      `${(usedMs / answered).toFixed(3)} ms`,
      [...failed].map(([status, times]) => `${times} x ${status}`).join(' ') || 0,
    ]);
    await server.stop();
    await sandbox.stop();
  } finally {
    await postgres.stop();
    folder.remove();
  }
}

const row = (cells: readonly (string | number)[]) => void process.stdout.write(`| ${cells.join(' | ')} |\n`);

process.stdout.write(`token.obtain of ${USERS} users whose tokens are stored, one server, ${CALLERS} callers\n\n`);
row(['megabytes', 'a second', 'answer p50 / p99', 'processor a call', 'failed']);
row(Array.from({ length: 5 }, () => '---'));
for (const megabytes of sizes.split(',')) await measure(megabytes);

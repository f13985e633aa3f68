// How much of a provider's rate one, two and four servers on one PostgreSQL use, and whether the sandbox's limiter ever
// refuses: `npx pnpm --filter @immint/bench pace [seconds] [servers,servers…]`. docs/pacing.md keeps what it printed.
import { startPostgres } from '@immint/db/testing';
import { immint, startImmint, temporaryFolder } from '@immint/e2e/processes';
import type { Running } from '@immint/e2e/processes';
import { controlOf } from '@immint/e2e/sandbox-control';
import { countArrivals } from './arrivals.ts';
import { callServers } from './callers.ts';
import type { Called, Target } from './callers.ts';
import { watchProcessors } from './machine.ts';

/** RongCloud's documented rate of the call that issues tokens. */
const RATE = 200;
const PATH = '/user/getToken.json';
/** More than are needed to keep every slot in use, so that there is always somebody who waits. */
const CALLERS = 48;
/** Longer than any jitter that the pace has room for. */
const STANDSTILL_MS = 60;
const WARM_UP_MS = 3_000;
/** All callers call by then, and none has stopped yet when the counting ends. */
const BEFORE_AND_AFTER_MS = 500;

const [seconds = '15', counts = '1,2,4'] = process.argv.slice(2);
const measuredMs = Number(seconds) * 1_000;

async function measureServers(count: number): Promise<void> {
  const folder = temporaryFolder();
  const cwd = folder.path;
  const postgres = await startPostgres();
  const running: Running[] = [];
  try {
    const env = { DATABASE_URL: (await postgres.createDatabase()).reveal() };
    const start = async (args: readonly string[]) => {
      const started = await startImmint(args, { cwd, env });
      running.push(started);
      return started;
    };
    const created = await immint(['key', 'create', '--label', 'bench', '--admin', '--offline'], { cwd, env });
    const apiKey = created.stdout.trim();
    const sandbox = await start(['sandbox', '--port', '0', '--backup-port', '0']);
    const servers: Running[] = [];
    for (let index = 0; index < count; index += 1) servers.push(await start(['serve', '--port', '0']));
    const urls = servers.map(({ url }) => url);

    const place = ['--base-url', sandbox.url, '--secret-file', '-', '--rate-share', '1'];
    const added = await immint(
      ['app', 'add', 'rc', '--provider', 'rongcloud', '--app-key', 'sandbox-rongcloud', ...place],
      { cwd, env: { IMMINT_URL: String(urls[0]), IMMINT_API_KEY: apiKey }, stdin: 'sandbox-rongcloud-secret' },
    );
    if (added.code !== 0) throw new Error(added.stderr);

    const target = { urls, apiKey, app: 'rc' };
    await callServers(target, { callers: CALLERS, forMs: WARM_UP_MS });
    await measure(target, sandbox.url, { what: 'all they get' });
    await measure(target, sandbox.url, { what: `${RATE / 2}/s`, perSecond: RATE / 2 });
    const stop = standStill(sandbox.pid);
    await measure(target, sandbox.url, { what: `all, but the provider stands still ${STANDSTILL_MS} ms a second` });
    stop();
  } finally {
    await Promise.all(running.map((process) => process.stop()));
    await postgres.stop();
    folder.remove();
  }
}

/** Stops a process for a moment, again and again. */
function standStill(pid: number): () => void {
  const stopping = setInterval(() => {
    process.kill(pid, 'SIGSTOP');
    setTimeout(() => process.kill(pid, 'SIGCONT'), STANDSTILL_MS);
  }, 1_000);
  return () => clearInterval(stopping);
}

interface Asked {
  readonly what: string;
  readonly perSecond?: number;
}

async function measure(target: Target, sandboxUrl: string, { what, perSecond }: Asked): Promise<void> {
  const control = controlOf(sandboxUrl);
  const lastSeq = async () => (await control.journal()).at(-1)?.seq ?? 0;
  const before = await lastSeq();
  const calling = callServers(target, { perSecond, callers: CALLERS, forMs: measuredMs + 2 * BEFORE_AND_AFTER_MS });
  await pause(BEFORE_AND_AFTER_MS);
  const busy = watchProcessors();
  const fromMs = Date.now();
  await pause(measuredMs);
  const untilMs = Date.now();
  const busyPart = busy();
  const called = await calling;
  const entries = (await control.journal()).filter(({ seq }) => seq > before);
  const { overLimit, marginMs } = countArrivals(entries, PATH, RATE);
  const counted = entries.filter(({ atMs, path }) => path === PATH && atMs >= fromMs && atMs < untilMs).length;
  row([
    target.urls.length,
    what,
    percent(counted / ((RATE * (untilMs - fromMs)) / 1_000)),
    overLimit,
    marginMs === undefined ? '-' : `${marginMs} ms`,
    `${quantile(called, 0.5)} / ${quantile(called, 0.99)} ms`,
    [...called.failed].map(([status, times]) => `${times} x ${status}`).join(' ') || 0,
    percent(busyPart),
  ]);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const percent = (part: number) => `${(part * 100).toFixed(1)} %`;
const quantile = ({ tookMs }: Called, part: number) => Math.round(tookMs[Math.floor(tookMs.length * part)] ?? 0);
const row = (cells: readonly (string | number)[]) => void process.stdout.write(`| ${cells.join(' | ')} |\n`);

process.stdout.write(`token.obtain of new users, ${CALLERS} callers, ${seconds} s each; rateShare 1 of ${RATE}/s\n\n`);
row(['servers', 'asked for', 'rate used', 'refused', 'margin', 'answer p50 / p99', 'failed', 'processors busy']);
row(Array.from({ length: 8 }, () => '---'));
for (const count of counts.split(',')) await measureServers(Number(count));

// How much of a provider's rate one, two and four servers on one PostgreSQL use, and whether the sandbox's limiter ever
// refuses: `pnpm --filter @immint/bench pace [seconds]`. Prints a table; docs/pacing.md keeps the figures.
import { startPostgres } from '@immint/db/testing';
import { immint, startImmint, temporaryFolder } from '@immint/e2e/processes';
import type { Running } from '@immint/e2e/processes';
import { controlOf } from '@immint/e2e/sandbox-control';
import { countArrivals } from './arrivals.ts';
import { callServers } from './callers.ts';
import type { Called } from './callers.ts';
import { watchProcessors } from './machine.ts';

const SERVERS = [1, 2, 4];
const RATE = 200;
const PATH = '/user/getToken.json';
const CALLERS = 48;
const WARM_UP_MS = 3_000;

const seconds = Number(process.argv[2] ?? 15);
const write = (line: string) => void process.stdout.write(`${line}\n`);

async function measureServers(count: number): Promise<void> {
  const folder = temporaryFolder();
  const cwd = folder.path;
  const postgres = await startPostgres();
  const running: Running[] = [];
  try {
    const env = { DATABASE_URL: (await postgres.createDatabase()).reveal(), IMMINT_LOG_LEVEL: 'warn' };
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

    const load = { urls, apiKey, app: 'rc' };
    await callServers({ ...load, callers: CALLERS, forMs: WARM_UP_MS });
    for (const perSecond of [undefined, RATE / 2]) await measure({ ...load, perSecond }, sandbox.url);
  } finally {
    await Promise.all(running.map((process) => process.stop()));
    await postgres.stop();
    folder.remove();
  }
}

async function measure(
  load: { urls: readonly string[]; apiKey: string; app: string; perSecond: number | undefined },
  sandboxUrl: string,
): Promise<void> {
  const control = controlOf(sandboxUrl);
  const { perSecond, ...target } = load;
  const after = (await control.journal()).at(-1)?.seq ?? 0;
  const processors = watchProcessors();
  // What is under way at both ends makes the same difference, so the calls are counted while all callers call.
  const calling = callServers({
    ...target,
    ...(perSecond === undefined ? {} : { perSecond }),
    callers: CALLERS,
    forMs: (seconds + 1) * 1_000,
  });
  await pause(500);
  const [fromMs, from] = [performance.now(), (await control.journal()).at(-1)?.seq ?? 0];
  await pause(seconds * 1_000);
  const [untilMs, until] = [performance.now(), (await control.journal()).at(-1)?.seq ?? 0];
  const busy = processors();
  const called = await calling;
  const entries = (await control.journal()).filter(({ seq }) => seq > after);
  const { overLimit, marginMs } = countArrivals(entries, PATH, RATE);
  const used = (until - from) / (((untilMs - fromMs) / 1_000) * RATE);
  write(
    [
      load.urls.length,
      perSecond === undefined ? 'all' : `${perSecond}/s`,
      percent(used),
      overLimit,
      marginMs === undefined ? '-' : `${marginMs} ms`,
      milliseconds(called, 0.5),
      milliseconds(called, 0.99),
      [...called.failed].map(([status, times]) => `${times} x ${status}`).join(' ') || 0,
      percent(busy),
    ].join(' | '),
  );
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const percent = (part: number) => `${(part * 100).toFixed(1)} %`;
const milliseconds = ({ tookMs }: Called, quantile: number) =>
  `${Math.round(tookMs[Math.floor(tookMs.length * quantile)] ?? 0)} ms`;

write(`token.obtain of new users at ${RATE} calls/s, rateShare 1, ${seconds} s each, ${CALLERS} callers`);
write('servers | load | used | refused | margin | wait p50 | wait p99 | failed | processors');
for (const count of SERVERS) await measureServers(count);

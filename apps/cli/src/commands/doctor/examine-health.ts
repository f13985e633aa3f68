import { EXIT } from '../../exit-code.ts';
import type { Diagnosis } from './diagnosis.ts';

/** How the server is asked; the clock dates its answers. */
export interface HealthOptions {
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  readonly nowMs: () => number;
}

const TIMEOUT_MS = 5_000;

/** An answer's `Date` has whole seconds, and the answer takes a moment; a drift of this much is one. */
const DRIFTING_MS = 5_000;

/** Whether the server lives, can serve, and has our time: asked without a key. */
export async function examineHealth(options: HealthOptions): Promise<Diagnosis[]> {
  const alive = await ask(options, '/healthz');
  if (alive === undefined) {
    return [
      {
        subject: 'server',
        severity: 'error',
        code: 'SERVER_UNREACHABLE',
        message:
          `Nothing answers at ${options.url}: start the server (\`npm start\`, or \`immint serve\`), ` +
          'or name another URL with --url, IMMINT_URL or `immint login`.',
        exitCode: EXIT.unreachable,
      },
    ];
  }
  if (!alive.isOurs) {
    return [
      {
        subject: 'server',
        severity: 'error',
        code: 'SERVER_ANSWERED_STRANGELY',
        message: `What answers at ${options.url} is not immint: check the URL, and what else listens on that port.`,
        exitCode: EXIT.brokeContract,
      },
    ];
  }
  const ready = await ask(options, '/readyz');
  return [
    { subject: 'server', severity: 'ok', code: 'SERVER_ALIVE', message: `answers at ${options.url}` },
    ready?.isOurs === true
      ? { subject: 'ready', severity: 'ok', code: 'SERVER_READY', message: 'reaches its database' }
      : {
          subject: 'ready',
          severity: 'error',
          code: 'DATABASE_UNAVAILABLE',
          message: 'The server lives, but cannot reach its database: check that PostgreSQL runs, and DATABASE_URL.',
          exitCode: EXIT.unreachable,
        },
    judgeClock(alive.aheadMs),
  ];
}

interface Health {
  /** Whether it answered as the server answers when all is well. */
  readonly isOurs: boolean;
  /** How far its clock is ahead of ours, less than a second left out; undefined if it did not tell. */
  readonly aheadMs: number | undefined;
}

async function ask({ url, fetch, nowMs }: HealthOptions, path: string): Promise<Health | undefined> {
  try {
    const response = await fetch(`${url}${path}`, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const dateMs = Date.parse(response.headers.get('date') ?? '');
    const text = (await response.text()).slice(0, 100);
    const aheadMs = Number.isNaN(dateMs) ? undefined : dateMs - nowMs();
    return { isOurs: response.status === 200 && /^\{"ok":true\}$/.test(text), aheadMs };
  } catch {
    return undefined;
  }
}

function judgeClock(aheadMs: number | undefined): Diagnosis {
  const subject = 'clock';
  if (aheadMs === undefined) {
    return { subject, severity: 'note', code: 'CLOCK_UNKNOWN', message: 'the server does not tell its time' };
  }
  if (Math.abs(aheadMs) < DRIFTING_MS) {
    return { subject, severity: 'ok', code: 'CLOCK_RIGHT', message: 'the server and this machine have the same time' };
  }
  const side = aheadMs > 0 ? 'ahead of' : 'behind';
  return {
    subject,
    severity: 'warning',
    code: 'CLOCK_OFF',
    message: `The server’s clock is ${Math.round(Math.abs(aheadMs) / 1000)} seconds ${side} this machine’s: set both by NTP.`,
  };
}

import { setTimeout as pause } from 'node:timers/promises';
import type { AcknowledgedTokens } from './acknowledged-tokens.ts';
import { describeFailure } from './asker.ts';
import { APP } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { countOne } from './proof-row.ts';

/** Asks every server, all the time, for users who have no token yet and for one who has. */
export interface ServiceProbe {
  /** What was answered instead of tokens. */
  readonly failed: ReadonlyMap<string, number>;
  readonly answered: () => number;
  /** When the last call was sent, of all servers, that was not answered with a token, in monotonic milliseconds; 0: none. */
  lastFailureMs(): number;
  /** When the slowest server first answered a call with a token that was sent after `fromMs`. */
  servedAgainMs(fromMs: number): number;
  stop(): Promise<void>;
}

const EVERY_MS = 100;

interface Served {
  readonly sentMs: number;
  readonly answeredMs: number;
}

let probes = 0;

export function startProbe({ asker, servers }: Cluster, acknowledged: AcknowledgedTokens): ServiceProbe {
  probes += 1;
  const prefix = `probe${probes}x${Date.now().toString(36)}x`;
  const failed = new Map<string, number>();
  const until = { isStopping: false };
  const served = servers.map((): Served[] => []);
  let lastFailureMs = 0;
  let users = 0;

  async function askOnce(place: number): Promise<void> {
    users += 1;
    const sentMs = performance.now();
    const userId = `${prefix}${users % 2 === 0 ? 'known' : users}`;
    const heard = await asker.obtain(servers[place]?.url ?? '', APP, userId);
    if (heard.kind === 'token') {
      acknowledged.note(heard.token);
      served[place]?.push({ sentMs, answeredMs: performance.now() });
      return;
    }
    countOne(failed, describeFailure(heard));
    lastFailureMs = Math.max(lastFailureMs, sentMs);
  }

  /** Whoever waits for an answer keeps nobody else from asking. */
  async function probe(): Promise<void> {
    const asked: Promise<void>[] = [];
    while (!until.isStopping) {
      asked.push(...servers.map((_, place) => askOnce(place)));
      await pause(EVERY_MS);
    }
    await Promise.all(asked);
  }

  const probing = probe();
  return {
    failed,
    answered: () => served.reduce((sum, { length }) => sum + length, 0),
    lastFailureMs: () => lastFailureMs,
    servedAgainMs: (fromMs) =>
      Math.max(
        ...served.map((times) =>
          Math.min(...times.filter(({ sentMs }) => sentMs >= fromMs).map(({ answeredMs }) => answeredMs)),
        ),
      ),
    async stop() {
      until.isStopping = true;
      await probing;
    },
  };
}

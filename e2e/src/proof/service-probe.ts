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
  /** When the first call after `fromMs` was sent, of the slowest server, that was answered with a token. */
  servedAgainMs(fromMs: number): number;
  stop(): Promise<void>;
}

const EVERY_MS = 100;

/** So many ask at each server: more than a pool has connections would wait for each other. */
const CALLERS_PER_SERVER = 3;

let probes = 0;

export function startProbe({ asker, servers }: Cluster, acknowledged: AcknowledgedTokens): ServiceProbe {
  probes += 1;
  const prefix = `probe${probes}x${Date.now().toString(36)}x`;
  const failed = new Map<string, number>();
  const until = { isStopping: false };
  const served = servers.map((): number[] => []);
  let lastFailureMs = 0;
  let users = 0;

  async function probe(place: number): Promise<void> {
    while (!until.isStopping) {
      users += 1;
      const sentMs = performance.now();
      const userId = `${prefix}${users % 2 === 0 ? 'known' : users}`;
      const heard = await asker.obtain(servers[place]?.url ?? '', APP, userId);
      if (heard.kind === 'token') {
        acknowledged.note(heard.token);
        served[place]?.push(sentMs);
      } else {
        countOne(failed, describeFailure(heard));
        lastFailureMs = Math.max(lastFailureMs, sentMs);
      }
      await pause(EVERY_MS);
    }
  }

  const probing = Promise.all(
    servers.flatMap((_, place) => Array.from({ length: CALLERS_PER_SERVER }, () => probe(place))),
  );
  return {
    failed,
    answered: () => served.reduce((sum, { length }) => sum + length, 0),
    lastFailureMs: () => lastFailureMs,
    servedAgainMs: (fromMs) => Math.max(...served.map((times) => times.find((sentMs) => sentMs >= fromMs) ?? Infinity)),
    async stop() {
      until.isStopping = true;
      await probing;
    },
  };
}

import { setTimeout as pause } from 'node:timers/promises';
import type { AcknowledgedTokens } from './acknowledged-tokens.ts';
import { describeFailure } from './asker.ts';
import { APP } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { countOne } from './proof-row.ts';

/** Callers who go on asking while servers come and go. */
export interface BackgroundLoad {
  /** Everything that was answered with a refusal, by status and reason, and how many connections were lost. */
  readonly failed: ReadonlyMap<string, number>;
  /** Callers who never got a token within their patience, however often they asked. */
  readonly givenUp: readonly string[];
  /** How many users were asked for. */
  users(): number;
  /** Ends when every caller has an answer. */
  stop(): Promise<void>;
}

export interface LoadOptions {
  readonly callers: number;
  /** Whether users are asked for again, some after their token was discarded. */
  readonly asksAgain: boolean;
  readonly random: () => number;
  /** How long one caller asks before that is a violation; longer than anything that is done to the servers. */
  readonly patienceMs: number;
  /** How long one caller waits after an answer. */
  readonly pauseMs?: number;
}

/** Backends ask again when a connection is lost or a server refuses for a while. */
const RETRY_AFTER_MS = 50;

/** One of so many asks is for a user who was asked for before, or for one whose token is discarded first. */
const AGAIN_SHARE = 0.3;
const DISCARD_SHARE = 0.1;

let loads = 0;

export function startLoad(
  cluster: Cluster,
  acknowledged: AcknowledgedTokens,
  { callers, asksAgain, random, patienceMs, pauseMs = 0 }: LoadOptions,
): BackgroundLoad {
  loads += 1;
  const prefix = `load${loads}x${Date.now().toString(36)}x`;
  const failed = new Map<string, number>();
  const givenUp: string[] = [];
  const until = { isStopping: false };
  let users = 0;
  const anyUrl = () => cluster.servers[Math.floor(random() * cluster.servers.length)]?.url ?? '';

  async function askUntilAnswered(userId: string): Promise<void> {
    const untilMs = performance.now() + patienceMs;
    while (performance.now() < untilMs) {
      const heard = await cluster.asker.obtain(anyUrl(), APP, userId);
      if (heard.kind === 'token') {
        acknowledged.note(heard.token);
        return;
      }
      countOne(failed, describeFailure(heard));
      await pause(RETRY_AFTER_MS);
    }
    givenUp.push(`${userId}: no token in ${patienceMs} ms`);
  }

  async function askInTurn(): Promise<void> {
    while (!until.isStopping) {
      const chance = asksAgain && users > 0 ? random() : 1;
      if (chance < AGAIN_SHARE) {
        const userId = `${prefix}${Math.floor(random() * users) + 1}`;
        const discard = { app: APP, userIds: [userId] };
        if (chance < DISCARD_SHARE) await cluster.asker.call(anyUrl(), 'token.discard', discard).catch(() => undefined);
        await askUntilAnswered(userId);
      } else {
        users += 1;
        const userId = `${prefix}${users}`;
        // Two who want the same at once, mostly at two servers.
        await Promise.all([askUntilAnswered(userId), askUntilAnswered(userId)]);
      }
      if (pauseMs > 0) await pause(pauseMs);
    }
  }

  const calling = Promise.all(Array.from({ length: callers }, askInTurn));
  return {
    failed,
    givenUp,
    users: () => users,
    async stop() {
      until.isStopping = true;
      await calling;
    },
  };
}

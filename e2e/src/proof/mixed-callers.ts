import { setTimeout as pause } from 'node:timers/promises';
import { describeFailure } from './asker.ts';
import type { HeardToken } from './asker.ts';
import { APP, APP_KEY } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import type { KeptPromises } from './kept-promises.ts';
import { countOne } from './proof-row.ts';
import { LONGEST_STANDSTILL_MS } from './trouble-makers.ts';

/** What callers do, and how often of a hundred. */
const VERBS = { obtain: 70, fresh: 6, report: 10, discard: 5, revoke: 5, bar: 4 } as const;
type Verb = keyof typeof VERBS;

/** No caller waits longer than the ten seconds of a call; a server that stands still can answer only afterwards. */
const DEADLINE_MS = 10_000;
const ROUNDING_MS = 500;

/** What may be said to a caller while all this goes on. */
const EXPECTED =
  /^(UND_ERR_SOCKET|ECONNRE(SET|FUSED)|\d+ (USER_BARRED|REVOKED_JUST_NOW|FRESH_TOO_SOON|CHANGED_MEANWHILE|DATABASE_UNAVAILABLE|CUT_OVER_IN_PROGRESS|RATE_USED_UP|DEADLINE_EXCEEDED|PROVIDER_(FAILED|UNREACHABLE|TIMEOUT|RESTING|RATE_LIMITED|BROKE_CONTRACT|CREDENTIALS_REFUSED)|APP_PAUSED|TOKEN_UNKNOWN))$/;

/** What callers are made of, and where they write down what they met. */
interface CallerParts {
  readonly cluster: Cluster;
  readonly promises: KeptPromises;
  readonly random: () => number;
  readonly done: Map<string, number>;
  readonly failed: Map<string, number>;
  readonly unexpected: string[];
  readonly tookMs: number[];
}

/** Does one thing after the other about users, at whichever server, and holds the answers against what was promised. */
export function createMixedCaller({ cluster, promises, random, done, failed, unexpected, tookMs }: CallerParts) {
  const anyUrl = () => cluster.servers[Math.floor(random() * cluster.servers.length)]?.url ?? '';

  function refused(userId: string, what: string): void {
    countOne(failed, what);
    if (!EXPECTED.test(what)) unexpected.push(`${userId}: ${what}`);
  }

  async function obtain(userId: string, more: object = {}): Promise<HeardToken | undefined> {
    const expectation = promises.expectation(userId);
    const heard = await cluster.asker.obtain(anyUrl(), APP, userId, more);
    tookMs.push(heard.tookMs);
    if (heard.tookMs > DEADLINE_MS + LONGEST_STANDSTILL_MS + ROUNDING_MS && heard.kind !== 'cut') {
      unexpected.push(`${userId}: answered after ${Math.round(heard.tookMs)} ms`);
    }
    if (heard.kind !== 'token') {
      if (heard.kind === 'refused' && heard.reason === 'USER_BARRED') promises.refusedAsBarred(userId, expectation);
      refused(userId, describeFailure(heard));
      return undefined;
    }
    promises.handedOut(heard.token, expectation);
    const verdict = await cluster.sandbox.control.connect('rongcloud', APP_KEY, heard.token.token);
    if (verdict['ok'] !== true && !promises.mayHaveEnded(userId, expectation.sentMs)) {
      unexpected.push(
        `${userId}: generation ${heard.token.generation} (${heard.token.source}) is refused: ${JSON.stringify(verdict)}`,
      );
    }
    return heard.token;
  }

  async function change(userId: string, procedure: string, input: object): Promise<unknown> {
    const answer = await cluster.asker
      .call(anyUrl(), procedure, { app: APP, ...input })
      .catch((error: unknown) => error);
    if (answer instanceof Error) {
      refused(userId, 'code' in answer ? String(answer.code) : 'unnamed');
      return undefined;
    }
    const { status, text } = answer as { status: number; text: string };
    const body = JSON.parse(text) as { result?: { data: unknown }; error?: { data: { reason?: string } } };
    if (status === 200) return body.result?.data;
    refused(userId, `${status} ${body.error?.data.reason ?? 'unnamed'}`);
    return undefined;
  }

  const barring = new Set<string>();
  const verbs: Record<Verb, (userId: string) => Promise<unknown>> = {
    obtain: (userId) => obtain(userId),
    fresh: (userId) => obtain(userId, { fresh: true }),
    async report(userId) {
      const heard = await obtain(userId);
      if (heard === undefined) return;
      const expectation = promises.expectation(userId);
      const answer = await change(userId, 'token.report', { userId, token: heard.token });
      if (answer !== undefined) promises.handedOut(answer as HeardToken, expectation);
    },
    async discard(userId) {
      const ended = promises.ending(userId);
      const answer = await change(userId, 'token.discard', { userIds: [userId] });
      ended(answer !== undefined);
    },
    async revoke(userId) {
      const ended = promises.ending(userId);
      const answer = await change(userId, 'token.revoke', { userIds: [userId] });
      ended(answer !== undefined);
    },
    async bar(userId) {
      // Two who bar and lift the same bar at once leave nobody to say whether it stands.
      if (barring.has(userId)) return;
      barring.add(userId);
      const ended = promises.ending(userId);
      const barred = promises.barring(userId);
      const answer = await change(userId, 'token.revoke', { userIds: [userId], bar: true });
      ended(answer !== undefined);
      if (answer !== undefined) barred();
      await pause(random() * 2_500);
      const lifted = promises.unbarring(userId);
      while ((await change(userId, 'token.unbar', { userIds: [userId] })) === undefined) await pause(50);
      lifted();
      barring.delete(userId);
    },
  };

  return {
    async act(userId: string): Promise<void> {
      let chance = random() * 100;
      for (const [verb, share] of Object.entries(VERBS) as [Verb, number][]) {
        chance -= share;
        if (chance >= 0) continue;
        countOne(done, verb);
        await verbs[verb](userId);
        break;
      }
      await pause(random() * 40);
    },
  };
}

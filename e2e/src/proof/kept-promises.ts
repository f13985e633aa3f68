import type { HeardToken } from './asker.ts';
import { createAcknowledgedTokens } from './acknowledged-tokens.ts';
import type { AcknowledgedTokens } from './acknowledged-tokens.ts';

/** What is asked of servers about users, with the moments at which it was sent, and what was promised by the answers. */
export interface KeptPromises extends AcknowledgedTokens {
  /** What has been promised of a user up to now, for an ask that is sent now. */
  expectation(userId: string): Expectation;
  /** Holds a token that was handed out against what had been promised when it was asked for. */
  handedOut(token: HeardToken, expectation: Expectation): void;
  /** A refusal because the user is barred. */
  refusedAsBarred(userId: string, expectation: Expectation): void;
  /** Something was sent that ends a user's tokens, or everybody's; gives what to call when it is over, acknowledged or not. */
  ending(userId: string | undefined): (isAcknowledged: boolean) => void;
  /** A bar was sent; gives what to call when it was acknowledged. */
  barring(userId: string): () => void;
  /** The bar is being lifted; gives what to call when that was acknowledged. */
  unbarring(userId: string): () => void;
  /** Whether something that ends this user's tokens was sent, and perhaps carried out, since then. */
  mayHaveEnded(userId: string, sinceMs: number): boolean;
}

/** What an ask may be answered with. */
interface Expectation {
  readonly sentMs: number;
  /** No older generation may be handed out. */
  readonly leastGeneration: number;
  /** How often the user's bar had been set or lifted. */
  readonly barChanges: number;
  /** Whether the user was barred; undefined where that was not certain. */
  readonly isBarred: boolean | undefined;
}

/** Rule 17: how long a server that sees the database may take to see a change. */
const SEEN_WITHIN_MS = 1_000;

interface UserPromises {
  /** The latest generation that anybody was given. */
  latest: number;
  /** Least generations, with the moments from which on they hold. */
  floors: { readonly fromMs: number; readonly generation: number }[];
  /** Counts what was done about the bar. */
  barChanges: number;
  /** The last change that was acknowledged, and that no other has followed. */
  bar: { readonly isBarred: boolean; readonly sinceMs: number } | undefined;
  lastEndingMs: number;
  endingsUnderWay: number;
}

/** `nowMs` is the callers' own monotonic clock: a promise holds from when the answer arrived. */
export function createKeptPromises(nowMs: () => number): KeptPromises {
  const acknowledged = createAcknowledgedTokens();
  const users = new Map<string, UserPromises>();
  const violations: string[] = [];
  const of = (userId: string): UserPromises => {
    const known = users.get(userId) ?? {
      latest: 0,
      floors: [],
      barChanges: 0,
      bar: { isBarred: false, sinceMs: -Infinity },
      lastEndingMs: -Infinity,
      endingsUnderWay: 0,
    };
    users.set(userId, known);
    return known;
  };

  return {
    ...acknowledged,
    get violations() {
      return [...acknowledged.violations, ...violations];
    },
    expectation(userId) {
      const user = of(userId);
      const sentMs = nowMs();
      const holding = user.floors.filter(({ fromMs }) => fromMs <= sentMs).map(({ generation }) => generation);
      const leastGeneration = Math.max(0, ...holding);
      user.floors = user.floors.filter(({ fromMs, generation }) => fromMs > sentMs || generation === leastGeneration);
      const isCertain = user.bar !== undefined && user.bar.sinceMs + SEEN_WITHIN_MS <= sentMs;
      const isBarred = isCertain ? user.bar?.isBarred : undefined;
      return { sentMs, leastGeneration, barChanges: user.barChanges, isBarred };
    },
    handedOut(token, { sentMs, leastGeneration, barChanges, isBarred }) {
      acknowledged.note(token);
      const user = of(token.userId);
      const about = `${token.userId}: generation ${token.generation} was handed out to an ask of ${Math.round(nowMs() - sentMs)} ms ago`;
      if (token.generation < leastGeneration) violations.push(`${about}, the least is ${leastGeneration}`);
      if (isBarred === true && barChanges === user.barChanges) violations.push(`${about}, who is barred`);
      if (token.generation <= user.latest) return;
      user.latest = token.generation;
      user.floors.push({ fromMs: nowMs() + SEEN_WITHIN_MS, generation: token.generation });
    },
    refusedAsBarred(userId, { sentMs, barChanges, isBarred }) {
      if (isBarred !== false || barChanges !== of(userId).barChanges) return;
      violations.push(`${userId}: an ask of ${Math.round(nowMs() - sentMs)} ms ago was refused as barred`);
    },
    ending(userId) {
      const ended = userId === undefined ? [...users.values()] : [of(userId)];
      const generations = ended.map(({ latest }) => latest);
      for (const user of ended) user.endingsUnderWay += 1;
      return (isAcknowledged) => {
        for (const [index, user] of ended.entries()) {
          user.endingsUnderWay -= 1;
          user.lastEndingMs = nowMs();
          const generation = (generations[index] ?? 0) + 1;
          if (isAcknowledged) user.floors.push({ fromMs: nowMs() + SEEN_WITHIN_MS, generation });
        }
      };
    },
    barring(userId) {
      const user = of(userId);
      user.barChanges += 1;
      user.bar = undefined;
      return () => void (user.bar = { isBarred: true, sinceMs: nowMs() });
    },
    unbarring(userId) {
      const user = of(userId);
      user.barChanges += 1;
      user.bar = undefined;
      return () => void (user.bar = { isBarred: false, sinceMs: nowMs() });
    },
    mayHaveEnded(userId, sinceMs) {
      const user = of(userId);
      return user.endingsUnderWay > 0 || user.lastEndingMs + SEEN_WITHIN_MS >= sinceMs;
    },
  };
}

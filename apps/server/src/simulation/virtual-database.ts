import { DatabaseError } from '@immint/db';
import type { DatabaseErrorCode } from '@immint/db';
import type { FaultBoard } from './fault-board.ts';
import type { History } from './history.ts';
import type { WindowFault } from './plan.ts';
import type { SeededRandom } from './seeded-random.ts';
import { BEGINNING_MS } from './virtual-server.ts';
import type { VirtualServer } from './virtual-server.ts';
import type { VirtualTime } from './virtual-time.ts';

/**
 * How a statement reaches the database: by itself, as a transaction that is not committed once its caller was told that it
 * failed, or on the connection of what must be done in time.
 */
type StatementKind = 'run' | 'transaction' | 'aside';

/** One server's connections to the database. */
export interface DatabaseLink {
  /** Carries `work` out in one moment, at the database; it is given the database's clock. */
  run<T>(statement: string, kind: StatementKind, work: (nowMs: number) => T): Promise<T>;
}

/** The way to the database, its clock, and everything that goes wrong there. What it holds is kept by the models of the stores. */
export interface VirtualDatabase {
  linkOf(server: VirtualServer): DatabaseLink;
  /** In whole milliseconds, as the stores give it. */
  nowMs(): number;
  jump(byMs: number): void;
}

/** As in `@immint/db`. */
const LIMITS_MS = { run: 10_000, transaction: 10_000, aside: 2_000 } as const satisfies Record<StatementKind, number>;

const SLOW_MS = 500;

const WHILE_CUT: readonly [DatabaseErrorCode, ...DatabaseErrorCode[]] = ['DATABASE_UNREACHABLE', 'DATABASE_FAILED'];
const PASSING: readonly [DatabaseErrorCode, ...DatabaseErrorCode[]] = [...WHILE_CUT, 'DATABASE_CONFLICT'];

interface Fate {
  readonly toMs: number;
  readonly backMs: number;
  readonly failure: { readonly when: 'fails-before' | 'fails-after'; readonly code: DatabaseErrorCode } | undefined;
}

export function createVirtualDatabase({
  time,
  randomFor,
  faults,
  history,
}: {
  readonly time: VirtualTime;
  readonly randomFor: (purpose: string) => SeededRandom;
  readonly faults: FaultBoard;
  readonly history: History;
}): VirtualDatabase {
  let offsetMs = 0;
  const nowMs = () => Math.floor(BEGINNING_MS + time.nowMs() + offsetMs);

  function fateOf(serverIndex: number, random: SeededRandom): Fate {
    const isHit = (kind: WindowFault) => faults.hits(kind, serverIndex, random);
    const isSlow = isHit('database-slow');
    const latencyMs = () => (isSlow ? 5 + random.next() * random.pick([100, 2_000, 8_000]) : 0.2 + random.next() * 2);
    const way = { toMs: latencyMs(), backMs: latencyMs() };
    if (isHit('database-cut')) {
      const when = random.pick(['fails-before', 'fails-before', 'fails-after']);
      return { toMs: way.toMs, backMs: random.pick([1, 3_000]), failure: { when, code: random.pick(WHILE_CUT) } };
    }
    if (isHit('database-fails-before')) {
      return { ...way, failure: { when: 'fails-before', code: random.pick(PASSING) } };
    }
    if (isHit('database-fails-after')) {
      return { ...way, failure: { when: 'fails-after', code: random.pick(WHILE_CUT) } };
    }
    return { ...way, failure: undefined };
  }

  function run<T>(
    server: VirtualServer,
    random: SeededRandom,
    { statement, kind, work }: { statement: string; kind: StatementKind; work: (nowMs: number) => T },
  ): Promise<T> {
    return server.ask((answering) => {
      const { toMs, backMs, failure } = fateOf(server.index, random);
      const troubled = (trouble: 'slow' | 'fails-before' | 'fails-after' | 'timed-out') =>
        history.add({ kind: 'statement-troubled', server: server.name, statement, trouble });
      if (toMs + backMs > SLOW_MS) troubled('slow');
      let isGivenUp = false;
      const takeBack = server.later(LIMITS_MS[kind], () => {
        isGivenUp = true;
        troubled('timed-out');
        answering.reject(new DatabaseError('DATABASE_TIMEOUT'));
      });
      const answer = (tell: () => void): void => {
        time.after(backMs, () => {
          takeBack();
          tell();
        });
      };
      time.after(toMs, () => {
        if (failure !== undefined) troubled(failure.when);
        if (failure?.when === 'fails-before') {
          answer(() => answering.reject(new DatabaseError(failure.code)));
          return;
        }
        if (isGivenUp && kind === 'transaction') return;
        try {
          const result = work(nowMs());
          answer(() =>
            failure === undefined ? answering.resolve(result) : answering.reject(new DatabaseError(failure.code)),
          );
        } catch (error) {
          answer(() => answering.reject(error));
        }
      });
    });
  }

  return {
    nowMs,
    jump(byMs) {
      offsetMs += byMs;
    },
    linkOf(server) {
      const random = randomFor(`database for ${server.name}`);
      return { run: (statement, kind, work) => run(server, random, { statement, kind, work }) };
    },
  };
}

import { setImmediate as macrotask } from 'node:timers/promises';
import type { LeasedUser } from '@immint/db';
import { describe, expect, test } from 'vitest';
import type { Services } from '../services.ts';
import { checkHistory } from './check-history.ts';
import failingHistories from './failing-histories.json' with { type: 'json' };
import { makePlan } from './make-plan.ts';
import type { ModelTables } from './model-tables.ts';
import type { Plan } from './plan.ts';
import { runHistory } from './run-history.ts';
import { traceOf } from './trace.ts';
import type { Sabotage } from './virtual-house.ts';

/** The long form takes as many as one likes: `pnpm simulate --histories 1000000`. */
const HISTORIES = 1_500;
const IN_ONE_TEST = 250;

/** What a broken protocol does wrong shows within so many histories. */
const SEEDS_TO_FIND_IT = 100;

async function violationsOf(plan: Plan, sabotage?: Sabotage) {
  const history = await runHistory(plan, sabotage);
  const violations = checkHistory(history);
  return { violations, trace: violations.length === 0 ? '' : traceOf(history, violations) };
}

const ranges = Array.from({ length: HISTORIES / IN_ONE_TEST }, (_, index) => index * IN_ONE_TEST);

test.each(ranges)(`no history breaks a rule, from seed %i on`, async (from) => {
  for (let seed = from; seed < from + IN_ONE_TEST; seed += 1) {
    const { trace } = await violationsOf(makePlan(seed));
    expect(trace).toBe('');
    await macrotask();
  }
});

test('the same seed brings the same history', async () => {
  for (const seed of [4, 5, 6]) {
    const [one, other] = [await runHistory(makePlan(seed)), await runHistory(makePlan(seed))];
    expect(one.events).toEqual(other.events);
    expect(one.events.length).toBeGreaterThan(100);
  }
});

describe('what was found once stays mended', () => {
  test.each(failingHistories)('$finding', async ({ plan }) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by the simulator itself
    const { trace } = await violationsOf(plan as Plan);
    expect(trace).toBe('');
  });
});

/** Puts something else in place of some methods of the store of tokens or of leases. */
const brokenTokens = (
  change: (real: Services['tokens'], tables: ModelTables) => Partial<Services['tokens']>,
): Sabotage => ({ stores: ({ tokens }, tables) => ({ tokens: { ...tokens, ...change(tokens, tables) } }) });

const brokenLeases = (
  change: (real: Services['leaseStore'], tables: ModelTables) => Partial<Services['leaseStore']>,
): Sabotage => ({
  stores: ({ leaseStore }, tables) => ({ leaseStore: { ...leaseStore, ...change(leaseStore, tables) } }),
});

const rowOf = ({ standings }: ModelTables, { appId, canonicalUserId }: LeasedUser) =>
  standings.get(`${appId}:${canonicalUserId}`);

describe('a broken protocol is found out', () => {
  test.each<{ name: string; rule: string; sabotage: Sabotage }>([
    {
      name: 'that writes under whatever fence there is',
      rule: 'no write under an old fence',
      sabotage: brokenTokens((real, tables) => ({
        save: (wanted, audit) => {
          const expectedGeneration = tables.tokens.get(`${wanted.appId}:${wanted.canonicalUserId}`)?.generation ?? 0;
          return real.save(
            { ...wanted, expectedGeneration, fence: rowOf(tables, wanted)?.fence ?? wanted.fence },
            audit,
          );
        },
      })),
    },
    {
      name: 'that writes over a revoke',
      rule: 'no write from before a revoke',
      sabotage: brokenTokens((real, tables) => ({
        save: async (wanted, audit) => {
          const row = rowOf(tables, wanted);
          if (row === undefined) return real.save(wanted, audit);
          return real.save({ ...wanted, revocationEpoch: row.revocationEpoch }, audit);
        },
      })),
    },
    {
      name: 'that takes a lease while another server holds it',
      rule: 'one call for one token',
      sabotage: brokenLeases((real, tables) => ({
        take: (user, options) => {
          const row = rowOf(tables, user);
          if (row !== undefined) row.leaseUntilMs = null;
          return real.take(user, options);
        },
      })),
    },
    {
      name: 'whose waiters try again after a failure, each for itself',
      rule: 'a failure is shared',
      sabotage: brokenLeases((real) => ({
        look: async (users) => (await real.look(users)).map((state) => ({ ...state, failure: null })),
      })),
    },
    {
      name: 'that answers before it has stored',
      rule: 'stored before it is given',
      sabotage: brokenTokens((real) => ({
        save: async (wanted, audit) => {
          const { stored } = await real.read(wanted.appId, wanted.canonicalUserId);
          if (stored === undefined) return real.save(wanted, audit);
          return { ...stored, token: wanted.token, generation: stored.generation + 1 };
        },
      })),
    },
    {
      name: 'that counts no orphans',
      rule: 'orphans are counted',
      sabotage: brokenLeases((real) => ({
        end: (lease, outcome) => real.end(lease, { ...outcome, possibleOrphans: 0 }),
      })),
    },
    {
      name: 'that hands out what was discarded',
      rule: 'nothing discarded is served',
      sabotage: brokenTokens((real) => ({
        read: async (appId, canonicalUserId) => {
          const found = await real.read(appId, canonicalUserId);
          const { stored } = found;
          return stored === undefined ? found : { ...found, stored: { ...stored, isDiscarded: false } };
        },
      })),
    },
    {
      name: 'that never lets go of a lease',
      rule: 'nothing goes on for ever',
      sabotage: {
        leases: (leases) => ({
          ...leases,
          take: async (user, hurried) => {
            const held = await leases.take(user, hurried);
            return held === undefined ? undefined : { ...held, saved: () => {}, end: async () => {} };
          },
        }),
      },
    },
  ])('$name', async ({ rule, sabotage }) => {
    const found = new Set<string>();
    for (let seed = 0; seed < SEEDS_TO_FIND_IT && !found.has(rule); seed += 1) {
      const { violations } = await violationsOf(makePlan(seed), sabotage);
      for (const violation of violations) found.add(violation.rule);
    }
    expect([...found]).toContain(rule);
  });
});

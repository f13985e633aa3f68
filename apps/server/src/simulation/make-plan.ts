import { REACHED_POINTS } from '../reached-point.ts';
import { WINDOW_FAULTS } from './plan.ts';
import type { FaultKind, Plan, PlannedFault, PlannedOperation, PlannedRequest, Trigger, WindowFault } from './plan.ts';
import { createSeededRandom } from './seeded-random.ts';
import type { SeededRandom } from './seeded-random.ts';

const MOST_SERVERS = 8;
const FEWEST_OPERATIONS = 50;
const MOST_OPERATIONS = 200;
const SHORTEST_MS = 5_000;
const LONGEST_MS = 60_000;

/** One history in so many has no fault at all: there every rule holds without an excuse. */
const FAULTLESS_IN = 4;
const MOST_FAULTS = 6;

const ONE_MOMENT = ['death', 'standstill', 'suspension', 'database-clock', 'wall-clock'] as const;
const FAULT_KINDS: readonly [FaultKind, ...FaultKind[]] = [...ONE_MOMENT, ...WINDOW_FAULTS];

/** What is asked for how often, beside tokens; each history has its own mixture. */
type Mixture = Readonly<Record<Exclude<PlannedRequest['kind'], 'obtain'>, number>>;

/** Draws a plan from a seed: always the same. */
export function makePlan(seed: number): Plan {
  const random = createSeededRandom(seed, 'plan');
  const servers = random.whole(1, MOST_SERVERS);
  const lengthMs = random.whole(SHORTEST_MS, LONGEST_MS);
  const userIds = Array.from({ length: random.whole(1, 3) }, (_, index) => `user${index}`);
  const provider = random.pick(['rongcloud', 'rongcloud', 'easemob']);
  const operations = makeOperations(random, { servers, lengthMs, userIds, provider });
  const faults = seed % FAULTLESS_IN === 0 ? [] : makeFaults(random, { servers, lengthMs });
  const calmFromMs = Math.max(lengthMs, ...faults.map((fault) => endOf(fault)));
  const lifetimeSeconds = random.chance(0.4) ? random.whole(20, 120) : null;
  return { seed, servers, provider, lifetimeSeconds, userIds, operations, faults, calmFromMs };
}

function makeOperations(
  random: SeededRandom,
  frame: Pick<Plan, 'servers' | 'userIds' | 'provider'> & { readonly lengthMs: number },
): PlannedOperation[] {
  const { servers, lengthMs, userIds, provider } = frame;
  const mixture = makeMixture(random);
  const count = random.whole(FEWEST_OPERATIONS, MOST_OPERATIONS);
  const bursts = Array.from({ length: random.whole(1, 12) }, () => random.next() * lengthMs);
  const burstShare = random.next();
  const [first = '', ...others] = userIds;
  return Array.from({ length: count }, () => {
    const burst = random.pick([0, ...bursts]);
    const atMs = random.chance(burstShare) ? burst + random.next() * 60 : random.next() * lengthMs;
    return {
      atMs,
      serverIndex: random.whole(0, servers - 1),
      userId: random.pick([first, ...others]),
      timeoutMs: random.pick([10_000, 10_000, 10_000, 30_000, 2_000, 300]),
      request: makeRequest(random, mixture, provider),
    };
  }).toSorted((one, other) => one.atMs - other.atMs);
}

function makeMixture(random: SeededRandom): Mixture {
  const share = (most: number) => (random.chance(0.5) ? random.next() * most : 0);
  return {
    'obtain-behind': share(0.1),
    fresh: share(0.1),
    report: share(0.3),
    revoke: share(0.05),
    unbar: share(0.05),
    discard: share(0.05),
    'cut-over': share(0.03),
  };
}

function makeRequest(random: SeededRandom, mixture: Mixture, provider: Plan['provider']): PlannedRequest {
  if (random.chance(mixture['obtain-behind'])) return { kind: 'obtain-behind' };
  if (random.chance(mixture.fresh)) return { kind: 'fresh' };
  if (random.chance(mixture.report)) {
    return { kind: 'report', age: random.pick([0, 0, 0, 1, 2]), expiresSoon: random.chance(0.1) };
  }
  if (random.chance(mixture.revoke)) return { kind: 'revoke', bar: random.chance(0.3) };
  if (random.chance(mixture.unbar)) return { kind: 'unbar' };
  if (random.chance(mixture.discard)) return { kind: 'discard', wholeApp: random.chance(0.3) };
  if (random.chance(mixture['cut-over'])) return { kind: 'cut-over' };
  const isBounded = provider === 'easemob' && random.chance(0.1);
  return isBounded ? { kind: 'obtain', ttlSeconds: random.whole(10, 100) } : { kind: 'obtain' };
}

function makeFaults(
  random: SeededRandom,
  frame: { readonly servers: number; readonly lengthMs: number },
): PlannedFault[] {
  const kinds = Array.from({ length: random.whole(1, 3) }, () => random.pick(FAULT_KINDS));
  const [first = 'death', ...others] = kinds;
  return Array.from({ length: random.whole(1, MOST_FAULTS) }, () =>
    makeFault(random, random.pick([first, ...others]), frame),
  );
}

function makeFault(
  random: SeededRandom,
  kind: FaultKind,
  { servers, lengthMs }: { readonly servers: number; readonly lengthMs: number },
): PlannedFault {
  const fromMs = random.next() * lengthMs;
  const serverIndex = random.whole(0, servers - 1);
  if (kind === 'death') {
    return { kind, fromMs, serverIndex, trigger: makeTrigger(random), restartAfterMs: random.whole(1, 5_000) };
  }
  if (kind === 'standstill' || kind === 'suspension') {
    const forMs = random.chance(0.3) ? random.whole(10, 1_000) : random.whole(1_000, 10_000);
    const trigger = makeTrigger(random);
    return { kind, fromMs, serverIndex, trigger: trigger.on === 'step' ? { on: 'instant' } : trigger, forMs };
  }
  if (kind === 'database-clock') return { kind, fromMs, byMs: makeJump(random) };
  if (kind === 'wall-clock') return { kind, fromMs, serverIndex, byMs: makeJump(random) * 100 };
  return makeWindow(random, kind, { fromMs, serverIndex });
}

function makeWindow(
  random: SeededRandom,
  kind: WindowFault,
  { fromMs, serverIndex }: { readonly fromMs: number; readonly serverIndex: number },
): PlannedFault {
  return {
    kind,
    fromMs,
    untilMs: fromMs + random.whole(50, 8_000),
    serverIndex: random.chance(0.5) ? null : serverIndex,
    share: kind === 'database-cut' ? 1 : random.pick([0.1, 0.5, 1]),
  };
}

function makeTrigger(random: SeededRandom): Trigger {
  const on = random.pick(['instant', 'point', 'step']);
  if (on === 'point') return { on, point: random.pick(REACHED_POINTS) };
  return on === 'step' ? { on, steps: random.whole(1, 40) } : { on };
}

function makeJump(random: SeededRandom): number {
  const byMs = random.pick([random.whole(1, 1_000), random.whole(1_000, 30_000)]);
  return random.chance(0.5) ? byMs : -byMs;
}

function endOf(fault: PlannedFault): number {
  if ('untilMs' in fault) return fault.untilMs;
  if (fault.kind === 'standstill' || fault.kind === 'suspension') return fault.fromMs + fault.forMs;
  return fault.fromMs + (fault.kind === 'death' ? fault.restartAfterMs : 0);
}

import { Secret } from '@immint/secrets';
import type { Call } from '../context.ts';
import { withinDeadline } from '../deadline.ts';
import type { ReachedPoint } from '../reached-point.ts';
import type { Services } from '../services.ts';
import { createFaultBoard } from './fault-board.ts';
import { createHistory } from './history.ts';
import type { HistoryEvent } from './history.ts';
import { APP, makeRequest, toOutcome } from './make-request.ts';
import { createModelTables } from './model-tables.ts';
import type { ModelTables } from './model-tables.ts';
import type { Plan, PlannedFault, PlannedOperation } from './plan.ts';
import { createSeededRandom } from './seeded-random.ts';
import { composeVirtually } from './virtual-house.ts';
import type { Sabotage, World } from './virtual-house.ts';
import { createVirtualDatabase } from './virtual-database.ts';
import { createVirtualProvider } from './virtual-provider.ts';
import { BEGINNING_MS, createVirtualServer } from './virtual-server.ts';
import type { VirtualServer } from './virtual-server.ts';
import { createVirtualTime } from './virtual-time.ts';

const APP_ID = 1;

/** After the last fault, servers have so long to get over it; then each of them is asked once more for each user. */
const CALM_MS = 15_000;
const LAST_TIMEOUT_MS = 10_000;

/** No work of a server goes on for longer than this. */
const REST_MS = 200_000;

/** A history that was lived through. */
export interface LivedHistory {
  readonly plan: Plan;
  readonly events: readonly HistoryEvent[];
  /** What the database holds in the end. */
  readonly tables: ModelTables;
  /** What the servers themselves say of possible orphans in the end. */
  readonly possibleOrphans: number;
  /** From which operation on nothing was wrong any more. */
  readonly firstLastOperation: number;
  /** How many events of the virtual time it took, and how many were still to come when everything should have been over. */
  readonly steps: number;
  readonly stepsLeft: number;
}

interface Life {
  readonly server: VirtualServer;
  readonly services: Services;
}

/** Lives through a plan: the real protocol, in a world where everything can go wrong. The same plan brings the same history. */
export async function runHistory(plan: Plan, sabotage?: Sabotage): Promise<LivedHistory> {
  const time = createVirtualTime();
  const randomFor = (purpose: string) => createSeededRandom(plan.seed, purpose);
  const nowMs = () => time.nowMs();
  const history = createHistory(nowMs);
  const faults = createFaultBoard(plan, nowMs);
  const parts = { time, randomFor, faults, history };
  const tables = createModelTables();
  tables.apps.set(APP_ID, newApp(plan));
  const provider = createVirtualProvider(plan, parts);
  const world: World = { tables, database: createVirtualDatabase(parts), provider, history, randomFor };

  const lives: Life[] = [];
  const traps = new Map<number, PlannedFault[]>();
  const handedOut = new Map<string, string[]>();
  let births = 0;
  let operations = 0;

  function begin(index: number): void {
    const name = `server${index}.${(births += 1)}`;
    const server = createVirtualServer({ name, index }, time, () => history.add({ kind: 'server-died', server: name }));
    const reached = (point: ReachedPoint) => spring(server, point);
    lives[index] = { server, services: composeVirtually(server, world, { reached, sabotage }) };
    history.add({ kind: 'server-began', server: name });
  }

  function die(server: VirtualServer, afterMs: number): void {
    if (!server.isDead()) server.die();
    time.after(afterMs, () => {
      if (lives[server.index]?.server === server) begin(server.index);
    });
  }

  function standStill(server: VirtualServer, forMs: number, isSuspended: boolean): void {
    if (server.isDead()) return;
    history.add({ kind: 'server-stood-still', server: server.name, forMs, isSuspended });
    server.standStill(forMs, { isSuspended });
  }

  function strike(server: VirtualServer, fault: PlannedFault): void {
    if (fault.kind === 'death') die(server, fault.restartAfterMs);
    if (fault.kind === 'standstill' || fault.kind === 'suspension') {
      standStill(server, fault.forMs, fault.kind === 'suspension');
    }
  }

  /** What was waiting for a server to reach this point happens now. */
  function spring(server: VirtualServer, point: ReachedPoint): void {
    const waiting = traps.get(server.index) ?? [];
    const sprung = waiting.find(
      (fault) => 'trigger' in fault && fault.trigger.on === 'point' && fault.trigger.point === point,
    );
    if (sprung === undefined) return;
    traps.set(
      server.index,
      waiting.filter((fault) => fault !== sprung),
    );
    strike(server, sprung);
  }

  function arm(fault: PlannedFault): void {
    if (fault.kind === 'database-clock') {
      history.add({ kind: 'database-clock-jumped', byMs: fault.byMs });
      world.database.jump(fault.byMs);
      return;
    }
    if (!('serverIndex' in fault) || 'share' in fault) return;
    const { server } = lives[fault.serverIndex] ?? {};
    if (server === undefined || server.isDead()) return;
    if (fault.kind === 'wall-clock') {
      history.add({ kind: 'wall-clock-jumped', server: server.name, byMs: fault.byMs });
      server.jumpWallClock(fault.byMs);
      return;
    }
    if (fault.trigger.on === 'instant') strike(server, fault);
    else if (fault.trigger.on === 'point') traps.set(server.index, [...(traps.get(server.index) ?? []), fault]);
    else dieSoon(server, fault.trigger.steps, fault.kind === 'death' ? fault.restartAfterMs : 0);
  }

  /** It may take a while until a server has gone on so often, so its successor waits until it is there. */
  function dieSoon(server: VirtualServer, steps: number, restartAfterMs: number): void {
    server.dieInSteps(steps);
    const watch = (): void => {
      if (server.isDead()) die(server, restartAfterMs);
      else if (time.nowMs() < plan.calmFromMs) time.after(100, watch);
      else server.dieInSteps(Infinity);
    };
    watch();
  }

  /** A caller asks the server that it was meant for, or the next one that lives. */
  function ask(planned: PlannedOperation): void {
    const order = lives.map((_life, offset) => lives[(planned.serverIndex + offset) % lives.length]);
    const life = order.find((each) => each?.server.isDead() === false);
    if (life === undefined) return;
    const { server, services } = life;
    const operation = (operations += 1);
    history.add({ kind: 'asked', operation, planned, server: server.name });
    void answer(operation, planned, { server, services });
  }

  async function answer(operation: number, planned: PlannedOperation, { server, services }: Life): Promise<void> {
    await server.ask<void>(({ resolve }) => resolve());
    const call: Call = {
      services,
      requestId: `req_${operation}`,
      caller: { keyId: 'keyofsimulation', kind: 'admin', apps: [] },
      deadlineMs: services.monotonicMs() + planned.timeoutMs,
      log: services.log,
    };
    const work = makeRequest(call, planned, {
      remembered: (userId, age) => handedOut.get(userId)?.at(-1 - age),
      cutOver: () => cutOver(server, world),
      databaseNowMs: () => world.database.nowMs(),
    });
    const outcome = await withinDeadline(planned.timeoutMs, work, server.later).catch((error: unknown) =>
      toOutcome(error),
    );
    history.add({ kind: 'answered', operation, outcome });
    if (outcome.kind === 'token') remember(planned.userId);
  }

  /** What a device would hold now. */
  function remember(userId: string): void {
    const fingerprint = tables.tokens.get(`${APP_ID}:${userId}`)?.fingerprint ?? '';
    const known = handedOut.get(userId) ?? [];
    if (known.at(-1) !== fingerprint) handedOut.set(userId, [...known, fingerprint]);
  }

  for (let index = 0; index < plan.servers; index += 1) begin(index);
  for (const fault of plan.faults) time.at(fault.fromMs, () => arm(fault));
  for (const planned of plan.operations) time.at(planned.atMs, () => ask(planned));
  const first = await time.runUntil(plan.calmFromMs);

  traps.clear();
  for (const { server } of lives) if (server.isDead()) die(server, 0);
  const calm = await time.runUntil(plan.calmFromMs + CALM_MS);
  const firstLastOperation = operations + 1;
  for (const [serverIndex] of lives.entries()) {
    for (const userId of plan.userIds) {
      ask({ atMs: time.nowMs(), serverIndex, userId, timeoutMs: LAST_TIMEOUT_MS, request: { kind: 'obtain' } });
    }
  }
  const last = await time.runUntil(time.nowMs() + REST_MS);
  const counted = lives[0]?.services.leaseStore.possibleOrphans(APP_ID);
  const counting = await time.runUntil(time.nowMs() + 1_000);
  return {
    plan,
    events: history.events,
    tables,
    possibleOrphans: (await counted) ?? 0,
    firstLastOperation,
    steps: first.events + calm.events + last.events + counting.events,
    stepsLeft: last.left,
  };
}

function newApp({ provider }: Plan) {
  return {
    id: APP_ID,
    name: APP,
    provider,
    appKey: provider === 'easemob' ? 'org#app' : 'key',
    baseUrl: 'https://provider.example',
    secretEpoch: 1,
    settings: {},
    createdAtMs: BEGINNING_MS,
    updatedAtMs: BEGINNING_MS,
    discardedBeforeMs: null,
    secret: Secret.of('a secret of a simulated app'),
    isRemoved: false,
  };
}

/** The app's secret is refreshed: in one moment for us and for the provider. */
async function cutOver(server: VirtualServer, { tables, database, provider, history }: World): Promise<void> {
  await database.linkOf(server).run('apps.cutOver', 'transaction', (nowMs) => {
    const app = tables.apps.get(APP_ID);
    if (app === undefined) return;
    app.secretEpoch += 1;
    app.updatedAtMs = Math.max(nowMs, app.updatedAtMs + 1);
    history.add({ kind: 'secret-cut-over', secretEpoch: app.secretEpoch });
    provider.cutOver(app.secretEpoch);
  });
}

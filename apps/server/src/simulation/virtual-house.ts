import { createAppConnections } from '../apps/app-connections.ts';
import type { Activity } from '../activity/activity.ts';
import { createCutOverWatch } from '../apps/cut-over-watch.ts';
import type { Database, KeyStore } from '@immint/db';
import type { KeyRing, Secret } from '@immint/secrets';
import { createHeldLeases } from '../leases/held-leases.ts';
import type { HeldLeases } from '../leases/held-leases.ts';
import { createLeaseWatch } from '../leases/lease-watch.ts';
import type { Log } from '../log.ts';
import type { ChangeFeed } from '../memory/change-feed.ts';
import { createMemory } from '../memory/memory.ts';
import type { ReachedPoint } from '../reached-point.ts';
import type { Services } from '../services.ts';
import { createSingleFlight } from '../tokens/single-flight.ts';
import type { History } from './history.ts';
import { createModelAppStore } from './model-app-store.ts';
import { createModelLeaseStore } from './model-lease-store.ts';
import { createModelRevocationStore } from './model-revocation-store.ts';
import type { ModelTables } from './model-tables.ts';
import { createModelTokenStore } from './model-token-store.ts';
import { onlySimulated } from './only-simulated.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { VirtualDatabase } from './virtual-database.ts';
import type { VirtualProvider } from './virtual-provider.ts';
import type { VirtualServer } from './virtual-server.ts';

/** Nothing is remembered: the histories are about what is written. */
const NO_FEED: ChangeFeed = {
  sight: () => 'blind',
  databaseNowMs: () => 0,
  watch: () => {},
  start: () => {},
  stop: async () => {},
};

/** What all servers of a history share. */
export interface World {
  readonly tables: ModelTables;
  readonly database: VirtualDatabase;
  readonly provider: VirtualProvider;
  readonly history: History;
  /** Each purpose has a stream of its own, so that one thing less does not change all the others. */
  readonly randomFor: (purpose: string) => SeededRandom;
}

type Stores = Pick<Services, 'tokens' | 'leaseStore'>;

/** Puts something else in place of stores, or of the leases that are built on them, to see whether the checker finds out. */
export interface Sabotage {
  readonly stores?: (stores: Stores, tables: ModelTables) => Partial<Stores>;
  readonly leases?: (leases: HeldLeases) => HeldLeases;
}

/** The real services of one server, on a machine, a database and a provider that are not. */
export function composeVirtually(
  server: VirtualServer,
  { tables, database, provider, history, randomFor }: World,
  {
    reached,
    sabotage = {},
  }: {
    readonly reached: (point: ReachedPoint) => void;
    readonly sabotage?: Sabotage | undefined;
  },
): Services {
  const link = database.linkOf(server);
  const random = randomFor(`the inside of ${server.name}`);
  const { monotonicMs, sleep } = server;
  const keyRing = onlySimulated<KeyRing>('keyRing', { fingerprint: (token) => fingerprintOf(token) });
  const log = createVirtualLog(server.name, history);
  const fingerprintOf = (token: Secret) => nameOf(provider.textOf(token));
  const parts = {
    server: server.name,
    history,
    fingerprint: fingerprintOf,
    textOf: (token: Secret) => provider.textOf(token),
  };
  const apps = createModelAppStore(tables, link);
  const stores = {
    tokens: createModelTokenStore(tables, link, parts),
    leaseStore: createModelLeaseStore(tables, link, parts),
  };
  const { tokens, leaseStore } = { ...stores, ...sabotage.stores?.(stores, tables) };
  const leaseParts = { store: leaseStore, monotonicMs, sleep, log };
  const leases = createHeldLeases(server.name, leaseParts);
  return onlySimulated<Services>('services', {
    database: onlySimulated<Database>('database', {
      nowMs: () => link.run('nowMs', 'run', (nowMs) => nowMs),
      flush: async () => {},
    }),
    keyRing,
    apps,
    tokens,
    memory: createMemory({ feed: NO_FEED, apps, tokens, keys: onlySimulated<KeyStore>('keys', {}), monotonicMs }, 0),
    revocations: createModelRevocationStore(tables, link, parts),
    audit: {
      append: ({ action }, targets) =>
        link.run('audit.append', 'run', () => {
          for (const { subject } of targets) tables.audits.push({ action, subject });
        }),
    },
    connections: createAppConnections(({ record }) => provider.chatOf(server, record.secretEpoch), server.later),
    activity: onlySimulated<Activity>('activity', {
      handedOut: () => {},
      issued: () => {},
      failed: () => {},
      reported: () => {},
    }),
    cutOverWatch: createCutOverWatch(apps, sleep),
    leaseStore,
    leases: sabotage.leases?.(leases) ?? leases,
    leaseWatch: createLeaseWatch(leaseParts, { random: () => random.next() }),
    reached,
    flights: createSingleFlight(),
    profileFlights: createSingleFlight(),
    log,
    providerTimeoutMs: 5_000,
    monotonicMs,
    nowMs: server.nowMs,
    sleep,
    abortAfter: server.abortAfter,
    randomBytes: (length) => Uint8Array.from({ length }, () => random.whole(0, 255)),
  });
}

function createVirtualLog(server: string, history: History): Log {
  const note = (event: string) => history.add({ kind: 'logged', server, event });
  const log: Log = { info: () => {}, warn: note, error: note, with: () => log };
  return log;
}

/** Spread as widely as a fingerprint, whose end says how early a token is renewed. */
function nameOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(Math.imul(hash, 0x9e3779b1) >>> 0);
  return `fp_${text}_${bytes.toString('base64url')}`;
}

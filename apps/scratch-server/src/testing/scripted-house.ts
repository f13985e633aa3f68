import { setTimeout as sleep } from 'node:timers/promises';
import {
  createActivityStore,
  createAppStore,
  createAuditStore,
  createJobStore,
  createKeyStore,
  createCredentialStore,
  createLeaseStore,
  createPaceStore,
  createRevocationStore,
  createTokenCensus,
  createSecretRotationStore,
  createStoryStore,
  createTokenStore,
} from '@immint/db';
import { openEmbeddedForTests } from '@immint/db/testing';
import { NO_USER_CALLS } from '@immint/providers';
import type {
  ChatProvider,
  CheckedCredentials,
  IssuedToken,
  IssueTokenRequest,
  Profile,
  RevokeCalls,
  UserCalls,
} from '@immint/providers';
import { makeKeyFileContent, openKeyRing, Secret, systemRandomBytes } from '@immint/secrets';
import type { ProviderName } from '@immint/contracts';
import { SETTINGS_BY_PROVIDER } from '@immint/contracts';
import { createActivity } from '../activity/activity.ts';
import { createAppConnections } from '../apps/app-connections.ts';
import type { DescribedApp } from '../apps/app-connections.ts';
import { createProviderConditions } from '../apps/provider-conditions.ts';
import { createCutOverWatch } from '../apps/cut-over-watch.ts';
import type { Call } from '../context.ts';
import { createHeldLeases } from '../leases/held-leases.ts';
import { createLeaseWatch } from '../leases/lease-watch.ts';
import { openLog } from '../log.ts';
import type { ChangeFeed } from '../memory/change-feed.ts';
import { createMemory } from '../memory/memory.ts';
import type { Services } from '../services.ts';
import { createPasswordBackOff } from '../tokens/password-back-off.ts';
import { createSingleFlight } from '../tokens/single-flight.ts';

/** The provider's side of a test: what it was asked, and what it answers next. */
interface ScriptedProvider {
  readonly asked: IssueTokenRequest[];
  readonly updates: { userId: string; profile: Partial<Profile> }[];
  /** Answers the n-th ask (from 0); by default `token-n` with the lifetime below. */
  answer: (request: IssueTokenRequest, index: number) => Promise<IssuedToken>;
  readProfile: (userId: string) => Promise<Profile>;
  updateProfile: () => Promise<void>;
  /** The calls about users that the provider has; by default none. */
  users: Partial<UserCalls>;
  /** What ends tokens; by default there is nothing. */
  revocation: RevokeCalls | undefined;
  /** Answers `checkCredentials`, for the app as it is called: at another place, maybe with another secret. */
  check: (app: DescribedApp, secret: Secret) => Promise<CheckedCredentials>;
}

/** Sees nothing, so that nothing is remembered: the tests of the verbs ask the database each time. */
const NO_FEED: ChangeFeed = {
  sight: () => 'blind',
  databaseNowMs: () => 0,
  watch: () => {},
  start: () => {},
  stop: async () => {},
};

/** The verbs with a real embedded database and stores, and a provider that does as it is told. */
export async function openScriptedHouse() {
  const database = await openEmbeddedForTests();
  const keyRing = openKeyRing(makeKeyFileContent(systemRandomBytes));
  const lines: string[] = [];
  const provider: ScriptedProvider = {
    asked: [],
    updates: [],
    answer: async (_request, index) => tokenNamed(`token-${index}`),
    readProfile: async () => ({ name: 'Elsewhere' }),
    updateProfile: async () => {},
    users: {},
    revocation: undefined,
    check: async () => ({ serverDateMs: undefined, isRemembered: false }),
  };
  const clock = { monotonicMs: 0 };
  const log = openLog({ write: (line) => void lines.push(line) }, 'info');
  const activityStore = createActivityStore(database);
  const leaseStore = createLeaseStore(database);
  // Leases run by the real clock, as the database does.
  const leaseParts = { store: leaseStore, monotonicMs: () => performance.now(), sleep: (ms: number) => sleep(ms), log };
  const stores = {
    apps: createAppStore(database, keyRing),
    tokens: createTokenStore(database, keyRing),
    keys: createKeyStore(database),
  };
  const waitsMs: number[] = [];
  const services: Services = {
    database,
    keyRing,
    ...stores,
    memory: createMemory({ feed: NO_FEED, ...stores, monotonicMs: () => clock.monotonicMs }, 0),
    revocations: createRevocationStore(database),
    rotations: createSecretRotationStore(database, keyRing),
    jobs: createJobStore(database),
    audit: createAuditStore(database),
    stories: createStoryStore(database),
    log,
    leaseStore,
    leases: createHeldLeases('tests', leaseParts),
    leaseWatch: createLeaseWatch(leaseParts, { random: () => 0.5 }),
    reached: () => {},
    connections: createAppConnections((app, secret) => chatOf(provider, app, secret)),
    openProbe: (app, secret) => chatOf(provider, app, secret),
    openUnderSecret: (app, secret) => chatOf(provider, app, secret),
    cutOverWatch: createCutOverWatch(stores.apps, (ms) => sleep(ms)),
    dataCentersOf: ({ dataCenters }) => dataCenters,
    activity: createActivity({ ...leaseParts, store: activityStore }),
    activityStore,
    conditions: createProviderConditions(() => Date.now()),
    credentials: createCredentialStore(database),
    paces: createPaceStore(database),
    census: createTokenCensus(database),
    version: '0.0.0',
    keyOpenToOthers: false,
    sleep: async (ms) => void waitsMs.push(ms),
    abortAfter: (ms) => AbortSignal.timeout(ms),
    flights: createSingleFlight(),
    profileFlights: createSingleFlight(),
    passwordLine: createSingleFlight(),
    passwordBackOff: createPasswordBackOff(() => clock.monotonicMs),
    environment: 'demo',
    providerTimeoutMs: 5_000,
    monotonicMs: () => clock.monotonicMs,
    nowMs: () => Date.now(),
    randomBytes: systemRandomBytes,
  };
  const call: Call = {
    services,
    requestId: 'req_test',
    caller: { keyId: 'keyoftests00', kind: 'admin', apps: [] },
    deadlineMs: 10_000,
    log: services.log,
  };
  let servers = 1;
  return {
    services,
    call,
    /** Another server on the same database and provider: it shares nothing else with the first. */
    anotherServer(changes: Partial<Services> = {}): Call {
      servers += 1;
      const another: Services = {
        ...services,
        leases: createHeldLeases(`tests-${servers}`, leaseParts),
        leaseWatch: createLeaseWatch(leaseParts, { random: () => 0.5 }),
        flights: createSingleFlight(),
        profileFlights: createSingleFlight(),
        passwordLine: createSingleFlight(),
        ...changes,
      };
      return { ...call, services: another };
    },
    provider,
    clock,
    waitsMs,
    lines,
    async addApp(name: string, providerName: ProviderName, settings: object = {}, place: object = {}) {
      return services.apps.add(
        {
          name,
          provider: providerName,
          appKey: `key-of-${name}`,
          baseUrl: 'https://provider.example',
          ...place,
          secret: Secret.of('made-up-secret'),
          settings: SETTINGS_BY_PROVIDER[providerName].parse(settings),
        },
        { actor: 'tests', action: 'app.add' },
      );
    },
    close: () => database.close(),
  };
}

/** A token of this text; without a lifetime it is unknown. */
export function tokenNamed(text: string, ttlSeconds?: number): IssuedToken {
  return {
    token: Secret.of(text),
    lifetime: ttlSeconds === undefined ? { kind: 'unknown' } : { kind: 'known', ttlSeconds },
  };
}

function chatOf(provider: ScriptedProvider, app: DescribedApp, secret: Secret): ChatProvider {
  const { keepsProfile } = app.entry.capabilities(app.settings);
  return {
    async issueToken(request, context) {
      context.beforeSend?.();
      provider.asked.push(request);
      return provider.answer(request, provider.asked.length - 1);
    },
    profiles: keepsProfile
      ? {
          read: (userId) => provider.readProfile(userId),
          update: (userId, profile) => {
            provider.updates.push({ userId, profile });
            return provider.updateProfile();
          },
        }
      : undefined,
    get revocation() {
      return provider.revocation;
    },
    get users() {
      return { ...NO_USER_CALLS, ...provider.users };
    },
    checkCredentials: () => provider.check(app, secret),
    close: async () => {},
  };
}

import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CreateKeyInput, CreatedKey } from '@immint/contracts';
import { createTransport } from '@immint/providers';
import type { ChatProvider, ProviderEntry, Transport } from '@immint/providers';
import type { Secret } from '@immint/secrets';
import manifest from '../package.json' with { type: 'json' };
import { createActivity } from './activity/activity.ts';
import { createAppConnections } from './apps/app-connections.ts';
import type { DescribedApp } from './apps/app-connections.ts';
import { createAppTokens } from './apps/app-tokens.ts';
import type { AppTokens } from './apps/app-tokens.ts';
import { createCutOverLoop } from './apps/cut-over-loop.ts';
import { createCutOverWatch } from './apps/cut-over-watch.ts';
import { createCredentialGate } from './apps/credential-gate.ts';
import { createProviderConditions } from './apps/provider-conditions.ts';
import { createProviderObserver } from './apps/provider-observer.ts';
import { KEPT_AFTER_REMOVAL_MS } from './apps/remove.ts';
import { boundOutput } from './bounded-output.ts';
import type { Output } from './bounded-output.ts';
import type { ServerConfig } from './env.ts';
import { createHttpServer } from './http.ts';
import { createJobLoop } from './jobs/job-loop.ts';
import { createKey } from './keys/create.ts';
import { createHeldLeases } from './leases/held-leases.ts';
import { createLeaseWatch } from './leases/lease-watch.ts';
import { openLog } from './log.ts';
import { createChangeFeed } from './memory/change-feed.ts';
import type { ChangeFeed } from './memory/change-feed.ts';
import { createMemory } from './memory/memory.ts';
import { openStore } from './open-store.ts';
import { createPaces } from './pacing/paces.ts';
import type { Services } from './services.ts';
import { watchStalls } from './stall-watch.ts';
import { stopAtPoint } from './stop-at-point.ts';
import { createPasswordBackOff } from './tokens/password-back-off.ts';
import { createRevocationLoop } from './tokens/revocation-loop.ts';
import { createSingleFlight } from './tokens/single-flight.ts';
import { untilReachable } from './until-reachable.ts';

const PURGE_INTERVAL_MS = 3_600_000;

/** How long what became of a revoke can be looked up. */
const SETTLED_KEPT_MS = 30 * 24 * 3_600_000;

/** How long what happened in each minute is kept. */
const ACTIVITY_KEPT_MS = 24 * 3_600_000;

/** Long after nobody is kept from asking for an app token any more. */
const APP_TOKENS_KEPT_MS = 3_600_000;
/** How long a job that is over can be looked up. */
const FINISHED_JOBS_KEPT_MS = 30 * 24 * 3_600_000;

/** A server that is up. */
export interface RunningServer {
  readonly url: string;
  /** How many API keys can be used; with none, nobody can call it. */
  readonly usableKeys: number;
  /** Makes an API key from inside the process that owns the database. */
  createKey(input: CreateKeyInput): Promise<CreatedKey>;
  /** Takes no more calls, waits for what is under way, and lets go of everything. */
  close(): Promise<void>;
}

/**
 * Opens everything, migrates, and listens; until `stop` it waits a while for a database that cannot be reached. Throws the named errors of what could not be opened, and holds nothing then.
 */
export async function startServer(
  config: ServerConfig,
  output: { readonly stderr: Output; readonly stop?: AbortSignal },
): Promise<RunningServer> {
  const log = openLog(boundOutput(output.stderr), config.logLevel);
  if (config.stopAt !== undefined)
    log.error('server.will-stop-for-a-test', { ...config.stopAt, variable: 'IMMINT_TEST_STOP_AT' });
  const store = await untilReachable(() => openStore(config), {
    forMs: config.databaseWaitMs,
    log,
    monotonicMs,
    signal: output.stop,
  });
  const sharedAppTokens = createAppTokens(store.appTokens, store.keyRing);
  const feed = createChangeFeed({ store: store.changes, monotonicMs, sleep: waitFor, log });
  const services = compose(config, store, { sharedAppTokens, feed, log });
  const http = createHttpServer(services);
  const revocationLoop = createRevocationLoop(services);
  const cutOverLoop = createCutOverLoop(services);
  const jobLoop = createJobLoop(services);
  const purge = async () => {
    await services.apps.purgeRemoved(KEPT_AFTER_REMOVAL_MS);
    await services.revocations.purgeSettled(SETTLED_KEPT_MS);
    await services.activityStore.purge(ACTIVITY_KEPT_MS);
    await store.appTokens.purgeEnded(APP_TOKENS_KEPT_MS);
    await services.jobs.purgeFinished(FINISHED_JOBS_KEPT_MS);
  };

  const stopWatchingStalls = watchStalls({ log, monotonicMs });

  /** Whatever goes wrong on the way, the database and its lock are let go of. */
  async function letGo(): Promise<void> {
    stopWatchingStalls();
    try {
      await Promise.all([http.close(), jobLoop.stop(), revocationLoop.stop(), cutOverLoop.stop()]);
      await feed.stop();
      await Promise.all(
        [services.flights, services.profileFlights, services.passwordLine].map((line) => line.settled()),
      );
      await sharedAppTokens.settled();
      await services.connections.close();
      await services.activity.flush().catch((error: unknown) => log.warn('activity.not-added', {}, error));
    } finally {
      await store.database.close();
    }
  }

  try {
    if (store.keyOpenToOthers) log.warn('key-file.open-to-others', { hint: 'chmod 600 the key file' });
    await purge();
    const { sealed, unreadable } = await services.apps.sealSecretsForPlaces();
    if (sealed > 0) log.info('secrets.sealed-for-their-hosts', { apps: sealed });
    for (const appId of unreadable) log.warn('secret.unreadable', { appId, hint: 'give the app its secret again' });
    if (config.cacheMegabytes > 0) feed.start();
    const usableKeys = await services.keys.countUsable();
    const url = await http.listen(config.host, config.port);
    const purging = setInterval(
      () => void purge().catch((error: unknown) => log.warn('purge.failed', {}, error)),
      PURGE_INTERVAL_MS,
    );
    purging.unref();
    revocationLoop.start();
    cutOverLoop.start();
    jobLoop.start();
    log.info('server.ready', { url, engine: store.database.engine, usableKeys });
    return {
      url,
      usableKeys,
      createKey: (input) => createKey(services, { actor: 'local' }, input),
      async close() {
        clearInterval(purging);
        await letGo();
        log.info('server.stopped');
      },
    };
  } catch (error) {
    await letGo();
    throw error;
  }
}

const monotonicMs = () => performance.now();
const nowMs = () => Date.now();
const waitFor = (ms: number) => sleep(ms);
/** Nobody who stops waits for this. */
const waitAside = (ms: number) => sleep(ms, undefined, { ref: false });

/** Makes every service once, with the clocks and the randomness of this machine. */
function compose(
  config: ServerConfig,
  store: Awaited<ReturnType<typeof openStore>>,
  parts: { readonly sharedAppTokens: AppTokens; readonly feed: ChangeFeed; readonly log: Services['log'] },
): Services {
  const { sharedAppTokens, feed, log } = parts;
  const leaseParts = { store: store.leaseStore, monotonicMs, sleep: waitFor, log };
  const conditions = createProviderConditions(nowMs);
  const paces = createPaces({ store: store.paces, monotonicMs, log });
  return {
    ...store,
    memory: createMemory({ ...store, feed, monotonicMs }, config.cacheMegabytes * 1024 * 1024),
    log,
    monotonicMs,
    nowMs,
    randomBytes,
    environment: config.environment,
    providerTimeoutMs: config.providerTimeoutMs,
    connections: createAppConnections((app, secret) => {
      const pace = paces.of(app);
      return connect(app, secret, {
        pace,
        transport: pace.watched(transportOf(app)),
        credentialGate: createCredentialGate(
          { ...store, nowMs, log },
          {
            record: app.record,
            refreshKillsTokens: app.entry.capabilities(app.settings).secretRefreshKillsTokens,
          },
          secret,
        ),
        observe: createProviderObserver(log, app.record.name, conditions.begin(app.record.id)),
        appTokenMemory: sharedAppTokens.of(app.record, secret),
      });
    }),
    // What other data centres say of an app is no news about the one that it belongs to, so no gate is told.
    openProbe: (app, secret) => connect(app, secret, { pace: paces.of(app), transport: transportOf(app) }),
    openUnderSecret: (app, secret) =>
      connect(app, secret, {
        pace: paces.of(app),
        transport: transportOf(app),
        observe: createProviderObserver(log, app.record.name),
        appTokenMemory: sharedAppTokens.of(app.record, secret),
      }),
    cutOverWatch: createCutOverWatch(store.apps, waitFor),
    dataCentersOf: ({ dataCenters }) => dataCenters,
    activity: createActivity({ store: store.activityStore, monotonicMs, sleep: waitAside, log }),
    conditions,
    version: manifest.version,
    leases: createHeldLeases(randomUUID(), leaseParts),
    leaseWatch: createLeaseWatch(leaseParts, { random: Math.random }),
    reached: config.stopAt === undefined ? () => {} : stopAtPoint(config.stopAt, process),
    sleep: waitFor,
    abortAfter: (ms) => AbortSignal.timeout(ms),
    flights: createSingleFlight(),
    profileFlights: createSingleFlight(),
    passwordLine: createSingleFlight(),
    passwordBackOff: createPasswordBackOff(monotonicMs),
  };
}

type Dependencies = Parameters<ProviderEntry['connect']>[1];

/** A connection to the app's provider, with the clocks and the randomness of this machine and what the caller gives. */
function connect(
  app: DescribedApp,
  secret: Secret,
  given: Omit<Dependencies, 'nowMs' | 'monotonicMs' | 'randomBytes'>,
): ChatProvider {
  const account = { ...app.record, secret, settings: app.settings };
  return app.entry.connect(account, { nowMs, monotonicMs, randomBytes, ...given });
}

/** Sockets of an app's own. */
function transportOf({ settings: { allowPrivateAddresses } }: DescribedApp): Transport {
  return createTransport({ allowPrivateAddresses });
}

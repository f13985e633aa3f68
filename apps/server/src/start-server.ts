import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CreateKeyInput, CreatedKey } from '@immint/contracts';
import { createTransport } from '@immint/providers';
import type { ChatProvider, ProviderEntry, Transport } from '@immint/providers';
import type { Secret } from '@immint/secrets';
import manifest from '../package.json' with { type: 'json' };
import { createAppConnections } from './apps/app-connections.ts';
import type { DescribedApp } from './apps/app-connections.ts';
import { createAppTokenMemories } from './apps/app-token-memories.ts';
import { createCredentialGate } from './apps/credential-gate.ts';
import { createProviderObserver } from './apps/provider-observer.ts';
import { createIssueTroubles } from './apps/issue-troubles.ts';
import { KEPT_AFTER_REMOVAL_MS } from './apps/remove.ts';
import type { ServerConfig } from './env.ts';
import { createHttpServer } from './http.ts';
import { createKey } from './keys/create.ts';
import { createHeldLeases } from './leases/held-leases.ts';
import { createLeaseWatch } from './leases/lease-watch.ts';
import { openLog } from './log.ts';
import { openStore } from './open-store.ts';
import { createPaces } from './pacing/paces.ts';
import type { Services } from './services.ts';
import { createPasswordBackOff } from './tokens/password-back-off.ts';
import { createRevocationLoop } from './tokens/revocation-loop.ts';
import { createSingleFlight } from './tokens/single-flight.ts';

const PURGE_INTERVAL_MS = 3_600_000;

/** How long what became of a revoke can be looked up. */
const SETTLED_KEPT_MS = 30 * 24 * 3_600_000;

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

/** Opens everything, migrates, and listens. Throws the named errors of what could not be opened, and holds nothing then. */
export async function startServer(
  config: ServerConfig,
  output: { readonly stderr: NodeJS.WritableStream },
): Promise<RunningServer> {
  const log = openLog({ write: (line) => void output.stderr.write(line) }, config.logLevel);
  const store = await openStore(config);
  const services = compose(config, store, log);
  const http = createHttpServer(services);
  const revocationLoop = createRevocationLoop(services);
  const purge = async () => {
    await services.apps.purgeRemoved(KEPT_AFTER_REMOVAL_MS);
    await services.revocations.purgeSettled(SETTLED_KEPT_MS);
  };

  /** Whatever goes wrong on the way, the database and its lock are let go of. */
  async function letGo(): Promise<void> {
    try {
      await http.close();
      await revocationLoop.stop();
      await Promise.all(
        [services.flights, services.profileFlights, services.passwordLine].map((line) => line.settled()),
      );
      await services.connections.close();
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
    const usableKeys = await services.keys.countUsable();
    const url = await http.listen(config.host, config.port);
    const purging = setInterval(
      () => void purge().catch((error: unknown) => log.warn('purge.failed', {}, error)),
      PURGE_INTERVAL_MS,
    );
    purging.unref();
    revocationLoop.start();
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

/** Makes every service once, with the clocks and the randomness of this machine. */
function compose(config: ServerConfig, store: Awaited<ReturnType<typeof openStore>>, log: Services['log']): Services {
  const appTokenMemories = createAppTokenMemories(store.keyRing);
  const leaseParts = { store: store.leaseStore, monotonicMs, sleep: waitFor, log };
  const paces = createPaces({ store: store.paces, monotonicMs, log });
  return {
    ...store,
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
        observe: createProviderObserver(log, app.record.name),
        appTokenMemory: appTokenMemories.of(app.record, secret),
      });
    }),
    // What other data centres say of an app is no news about the one that it belongs to, so no gate is told.
    openProbe: (app, secret) => connect(app, secret, { pace: paces.of(app), transport: transportOf(app) }),
    dataCentersOf: ({ dataCenters }) => dataCenters,
    issueTroubles: createIssueTroubles(),
    version: manifest.version,
    leases: createHeldLeases(randomUUID(), leaseParts),
    leaseWatch: createLeaseWatch(leaseParts, { random: Math.random }),
    reached: () => {},
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

import { SETTINGS_BY_PROVIDER } from '@immint/contracts';
import type { AppRecord, AppStore } from '@immint/db';
import { providers } from '@immint/providers';
import type { AppSettings, ChatProvider, ProviderEntry } from '@immint/providers';
import type { Secret } from '@immint/secrets';
import { DomainError } from '../domain-error.ts';
import { laterByTimer } from '../later.ts';
import type { Services } from '../services.ts';

/** An app with everything known of its provider, looked up once at the edge: nothing below asks which provider it is. */
export interface DescribedApp {
  readonly record: AppRecord;
  readonly settings: AppSettings;
  readonly entry: ProviderEntry;
}

/** A described app with a connection to its provider. */
export interface ConnectedApp extends DescribedApp {
  readonly chat: ChatProvider;
}

/**
 * The connections to providers, one an app: kept while the app stays as it is, so that open sockets are shared by all
 * calls, and made anew when the app was changed, by this server or another.
 */
export interface AppConnections {
  /**
   * Gives the app's connection; its secret is read only when there is none for this version of the app. Refuses with
   * `CHANGED_MEANWHILE` a version that is known to be old: its place must not meet the new secret.
   */
  connect(app: DescribedApp, readSecret: () => Promise<Secret>): Promise<ChatProvider>;
  /** Lets go of the connection of an app that was removed. */
  forget(appId: number): void;
  close(): Promise<void>;
}

interface Connection {
  readonly version: number;
  readonly chat: Promise<ChatProvider>;
}

/** What {@link createAppConnections} hands on to the adapters. */
export type OpenConnection = (app: DescribedApp, secret: Secret) => ChatProvider;

/** A call that was given the old connection may still begin to use it; by then its own time is over. */
const GRACE_MS = 60_000;

export function createAppConnections(open: OpenConnection, later = laterByTimer): AppConnections {
  const connections = new Map<number, Connection>();
  const replaced = new Set<Connection>();

  // Whatever keeps one from closing, there is nothing more to be done with it.
  async function closeOne({ chat }: Connection): Promise<void> {
    const [opened] = await Promise.allSettled([chat]);
    if (opened?.status === 'fulfilled') await Promise.allSettled([opened.value.close()]);
  }

  function closeLater(connection: Connection): void {
    replaced.add(connection);
    later(GRACE_MS, () => {
      replaced.delete(connection);
      void closeOne(connection);
    });
  }

  return {
    async connect(app, readSecret) {
      const { id, updatedAtMs: version } = app.record;
      const known = connections.get(id);
      if (known !== undefined && known.version === version) return known.chat;
      if (known !== undefined && known.version > version)
        throw new DomainError('CHANGED_MEANWHILE', { retryAfterMs: 0 });
      const made: Connection = { version, chat: readSecret().then((secret) => open(app, secret)) };
      connections.set(id, made);
      if (known !== undefined) closeLater(known);
      try {
        return await made.chat;
      } catch (error) {
        if (connections.get(id) === made) connections.delete(id);
        throw error;
      }
    },
    forget(appId) {
      const known = connections.get(appId);
      connections.delete(appId);
      if (known !== undefined) closeLater(known);
    },
    async close() {
      await Promise.all([...connections.values(), ...replaced].map((connection) => closeOne(connection)));
      connections.clear();
      replaced.clear();
    },
  };
}

/** Finds an app by its name, or refuses with `APP_UNKNOWN`. */
export async function describeApp({ apps }: { readonly apps: AppStore }, name: string): Promise<DescribedApp> {
  const record = await apps.find(name);
  if (record === undefined) throw new DomainError('APP_UNKNOWN');
  return describe(record);
}

/** A record with its provider's entry and its settings, which the database holds as they were accepted. */
export function describe(record: AppRecord): DescribedApp {
  return {
    record,
    settings: SETTINGS_BY_PROVIDER[record.provider].parse(record.settings),
    entry: providers[record.provider],
  };
}

/** Connects an app to its provider, as it was when it was described: a change in between is refused. */
export async function connectApp(services: Services, app: DescribedApp): Promise<ConnectedApp> {
  const chat = await services.connections.connect(app, () => services.apps.readSecret(app.record));
  return { ...app, chat };
}

import type { DataCenter } from '@immint/contracts';
import type {
  ActivityStore,
  AppStore,
  AuditStore,
  CredentialStore,
  Database,
  JobStore,
  KeyStore,
  LeaseStore,
  PaceStore,
  RevocationStore,
  SecretRotationStore,
  StoryStore,
  TokenCensus,
  TokenStore,
} from '@immint/db';
import type { ProviderEntry } from '@immint/providers';
import type { KeyRing } from '@immint/secrets';
import type { Activity } from './activity/activity.ts';
import type { AppConnections, OpenConnection } from './apps/app-connections.ts';
import type { CutOverWatch } from './apps/cut-over-watch.ts';
import type { ProviderConditions } from './apps/provider-conditions.ts';
import type { HeldLeases } from './leases/held-leases.ts';
import type { LeaseWatch } from './leases/lease-watch.ts';
import type { Log } from './log.ts';
import type { Memory } from './memory/memory.ts';
import type { ReachedPoint } from './reached-point.ts';
import type { PasswordBackOff } from './tokens/password-back-off.ts';
import type { SingleFlight } from './tokens/single-flight.ts';
import type { IssuedByPassword } from './tokens/obtain-by-password.ts';
import type { ObtainedToken } from './tokens/token-answer.ts';

/** Everything that a verb may use, made once in `start-server.ts` and passed on: no verb reaches for anything else. */
export interface Services {
  readonly database: Database;
  /** What is remembered of the stores below, for the calls that come by the thousand. */
  readonly memory: Memory;
  readonly apps: AppStore;
  readonly tokens: TokenStore;
  readonly keys: KeyStore;
  readonly revocations: RevocationStore;
  readonly rotations: SecretRotationStore;
  readonly jobs: JobStore;
  readonly audit: AuditStore;
  readonly stories: StoryStore;
  readonly keyRing: KeyRing;
  readonly connections: AppConnections;
  /** Connects once, with nothing that is remembered or counted of the app: to ask where an App Key is known. */
  readonly openProbe: OpenConnection;
  /** Connects once under a secret that may not be the app's: no gate counts what the provider says of it. */
  readonly openUnderSecret: OpenConnection;
  readonly cutOverWatch: CutOverWatch;
  /** A provider's data centres by name. */
  readonly dataCentersOf: (entry: ProviderEntry) => Readonly<Record<string, DataCenter>>;
  /** What happens with the tokens of each app: counted here, added up there. */
  readonly activity: Activity;
  readonly activityStore: ActivityStore;
  /** How this process stands with each app's provider. */
  readonly conditions: ProviderConditions;
  readonly credentials: Pick<CredentialStore, 'look'>;
  readonly paces: Pick<PaceStore, 'look'>;
  readonly census: TokenCensus;
  /** Who asks for which user, over all servers. */
  readonly leaseStore: LeaseStore;
  readonly leases: HeldLeases;
  readonly leaseWatch: LeaseWatch;
  /** Called at the points of an issue at which its process may be made to die, in tests. */
  readonly reached: (point: ReachedPoint) => void;
  /** The calls for tokens, one at a time for each user. */
  readonly flights: SingleFlight<ObtainedToken>;
  /** The calls that change profiles, one at a time for each user. */
  readonly profileFlights: SingleFlight<void>;
  /** The calls with passwords, one at a time for each user, and none shared. */
  readonly passwordLine: SingleFlight<IssuedByPassword>;
  readonly passwordBackOff: PasswordBackOff;
  readonly log: Log;
  readonly version: string;
  readonly keyOpenToOthers: boolean;
  readonly environment: 'live' | 'demo';
  /** How long a call to a provider may take, whoever waits for it. */
  readonly providerTimeoutMs: number;
  /** Milliseconds that only go forward; never a date. */
  readonly monotonicMs: () => number;
  /** The wall clock, in epoch milliseconds; tokens are dated by the database's instead. */
  readonly nowMs: () => number;
  /** Resolves after so many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Gives a signal that aborts after so many milliseconds. */
  readonly abortAfter: (ms: number) => AbortSignal;
  readonly randomBytes: (length: number) => Uint8Array;
}

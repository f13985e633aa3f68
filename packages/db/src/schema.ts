import {
  CUT_OVER_RESULTS,
  JOB_ITEM_STATES,
  JOB_KINDS,
  JOB_STATES,
  KEY_KINDS,
  LIFETIMES,
  REVOCATION_STATES,
} from '@immint/contracts';
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  date,
  doublePrecision,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core';
import { bytes, instant, transactionId } from './column-types.ts';

/**
 * The tables as code sees them. What makes them are the files in `migrations`; a test holds the two against each other.
 * Columns are snake_case in the database: drizzle's `casing` translates the names.
 */
const immint = pgSchema('immint');

const now = sql`now()`;

/** An account at a provider, with its policy. A removed one keeps its row, sealed, until it is purged. */
export const app = immint.table('app', {
  id: bigint({ mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
  name: text().notNull(),
  provider: text().notNull(),
  appKey: text().notNull(),
  clientId: text(),
  baseUrl: text().notNull(),
  backupBaseUrl: text(),
  dataCenter: text(),
  secretSealed: bytes().notNull(),
  secretNamesPlace: boolean().notNull().default(false),
  secretEpoch: integer().notNull().default(1),
  settings: jsonb().notNull(),
  createdAt: instant().notNull().default(now),
  updatedAt: instant().notNull().default(now),
  revocationEpoch: integer().notNull().default(0),
  barredAt: instant(),
  issueAfter: instant(),
  instantMissing: boolean().notNull().default(false),
  removedAt: instant(),
  /** Tokens that were asked for before this are not trusted any more. */
  discardedBefore: instant(),
  /** Since when it is open which secret the provider goes by. */
  cuttingOverSince: instant(),
});

/** The current token of each user of an app, by canonical user id, sealed. */
export const token = immint.table(
  'token',
  {
    appId: bigint({ mode: 'number' })
      .notNull()
      .references(() => app.id, { onDelete: 'cascade' }),
    canonicalUserId: text().notNull(),
    userId: text().notNull(),
    name: text().notNull(),
    avatarUrl: text(),
    generation: integer().notNull(),
    secretEpoch: integer().notNull(),
    revocationEpoch: integer().notNull().default(0),
    tokenSealed: bytes().notNull(),
    fingerprint: text().notNull(),
    issuedAt: instant().notNull(),
    lifetime: text({ enum: LIFETIMES }).notNull(),
    expiresAt: instant(),
    lastHandedOutOn: date({ mode: 'string' }),
    replacedAt: instant(),
    replacements: integer().notNull().default(0),
    fence: bigint({ mode: 'number' }).notNull().default(0),
    reportedAt: instant(),
    discarded: boolean().notNull().default(false),
    createdAt: instant().notNull().default(now),
    updatedAt: instant().notNull().default(now),
  },
  (column) => [primaryKey({ columns: [column.appId, column.canonicalUserId] })],
);

/**
 * How a user stands with an app: how often its tokens were revoked, whether and when it may have new ones, and which server
 * is asking the provider for one.
 */
export const userStanding = immint.table(
  'user_standing',
  {
    appId: bigint({ mode: 'number' })
      .notNull()
      .references(() => app.id, { onDelete: 'cascade' }),
    canonicalUserId: text().notNull(),
    revocationEpoch: integer().notNull().default(0),
    barredAt: instant(),
    issueAfter: instant(),
    instantMissing: boolean().notNull().default(false),
    fence: bigint({ mode: 'number' }).notNull().default(0),
    leaseUntil: instant(),
    leaseHolder: text(),
    leaseUrgency: text({ enum: ['login', 'background'] }),
    hurried: boolean().notNull().default(false),
    failure: jsonb(),
    failedAt: instant(),
    possibleOrphans: integer().notNull().default(0),
  },
  (column) => [primaryKey({ columns: [column.appId, column.canonicalUserId] })],
);

/** What providers are to be told of revokes, and what became of it. */
export const revocation = immint.table('revocation', {
  id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  appId: bigint({ mode: 'number' })
    .notNull()
    .references(() => app.id, { onDelete: 'cascade' }),
  canonicalUserId: text().notNull(),
  revokedBefore: instant(),
  state: text({ enum: REVOCATION_STATES }).notNull(),
  reason: text(),
  attempts: integer().notNull().default(0),
  acceptedAt: instant().notNull().default(now),
  nextAttemptAt: instant(),
  settledAt: instant(),
  jobId: bigint({ mode: 'number' }),
});

/** An API key: who may call us. Its secret part is a keyed hash. */
export const apiKey = immint.table('api_key', {
  id: text().primaryKey(),
  kind: text({ enum: KEY_KINDS }).notNull(),
  label: text().notNull(),
  secretHash: bytes().notNull(),
  lastFour: text().notNull(),
  createdAt: instant().notNull().default(now),
  createdBy: text().notNull(),
  revokedAt: instant(),
});

/** The apps that an API key of kind `token` may be used for. */
export const apiKeyApp = immint.table(
  'api_key_app',
  {
    keyId: text()
      .notNull()
      .references(() => apiKey.id, { onDelete: 'cascade' }),
    appId: bigint({ mode: 'number' })
      .notNull()
      .references(() => app.id, { onDelete: 'cascade' }),
  },
  (column) => [primaryKey({ columns: [column.keyId, column.appId] })],
);

/** Who did what. */
export const audit = immint.table('audit', {
  id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  at: instant().notNull().default(now),
  actor: text().notNull(),
  action: text().notNull(),
  appId: bigint({ mode: 'number' }),
  subject: text(),
  requestId: text(),
  detail: jsonb()
    .notNull()
    .default(sql`'{}'`),
});

/** What servers must not go on remembering, for some minutes. */
export const change = immint.table('change', {
  id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  xact: transactionId()
    .notNull()
    .default(sql`pg_current_xact_id()`),
  at: instant().notNull().default(now),
  kind: text().notNull(),
  appId: bigint({ mode: 'number' }),
  subject: text(),
});

/** How much of its allowance of replacements on demand an app has used up. */
export const replacementBudget = immint.table('replacement_budget', {
  appId: bigint({ mode: 'number' })
    .primaryKey()
    .references(() => app.id, { onDelete: 'cascade' }),
  used: doublePrecision().notNull(),
  usedAt: instant().notNull(),
});

/** What the provider said of an app's secret. */
export const credentialState = immint.table('credential_state', {
  appId: bigint({ mode: 'number' })
    .primaryKey()
    .references(() => app.id, { onDelete: 'cascade' }),
  /** The version of the app that the refusals are about. */
  appUpdatedAt: instant().notNull(),
  refusals: integer().notNull(),
  /** When a paused app may be called again; taken by whoever calls. */
  probeAt: instant(),
  acceptedAt: instant(),
  /** A keyed hash of what was accepted last. */
  acceptedCredentials: text(),
});

/** The next secret of an app, and its cut-over. */
export const secretRotation = immint.table('secret_rotation', {
  appId: bigint({ mode: 'number' })
    .primaryKey()
    .references(() => app.id, { onDelete: 'cascade' }),
  stagedSealed: bytes(),
  stagedAt: instant(),
  fence: bigint({ mode: 'number' }).notNull().default(0),
  /** Not null exactly while a cut-over is in progress; once it is over, any server may go on with it. */
  leaseUntil: instant(),
  begunBy: text(),
  attempts: integer().notNull().default(0),
  lastFailure: text(),
  result: text({ enum: CUT_OVER_RESULTS }),
  endedAt: instant(),
});

/** Which key sealed the values of this database. */
export const sealingKey = immint.table('sealing_key', {
  keyId: integer().primaryKey(),
  checkValue: bytes().notNull(),
  createdAt: instant().notNull().default(now),
});

/** When the calls of each group go out: the one schedule of all servers. Instants have fractions of milliseconds. */
export const pace = immint.table(
  'pace',
  {
    provider: text().notNull(),
    appKey: text().notNull(),
    rateGroup: text().notNull(),
    /** The latest slot that was given away. */
    lastAtMs: doublePrecision().notNull().default(0),
    /** How many slots after that one stay empty, because it counted for several calls. */
    gapSlots: integer().notNull().default(0),
    pausedUntilMs: doublePrecision().notNull().default(0),
    slowedAtMs: doublePrecision().notNull().default(0),
    /** The part of the pace that was left at that instant. */
    slowedTo: doublePrecision().notNull().default(1),
  },
  (column) => [primaryKey({ columns: [column.provider, column.appKey, column.rateGroup] })],
);

/** What happened with the tokens of each app, by the minute, counted by all servers. */
export const appActivity = immint.table(
  'app_activity',
  {
    appId: bigint({ mode: 'number' })
      .notNull()
      .references(() => app.id, { onDelete: 'cascade' }),
    minute: instant().notNull(),
    handedOut: integer().notNull(),
    issued: integer().notNull(),
    failed: integer().notNull(),
    reported: integer().notNull(),
  },
  (column) => [primaryKey({ columns: [column.appId, column.minute] })],
);

/** When the provider last gave a token of an app, and why it last gave none. */
export const appOutcome = immint.table('app_outcome', {
  appId: bigint({ mode: 'number' })
    .primaryKey()
    .references(() => app.id, { onDelete: 'cascade' }),
  succeededAt: instant(),
  failedAt: instant(),
  failureKind: text(),
  failureReason: text(),
  failureSentence: text(),
  /** Whether another failure says more of the provider than this one. */
  failureIsMinor: boolean(),
});

/** The app token of each account that has one, by a keyed hash of its credentials, and who asks for it. */
export const appToken = immint.table('app_token', {
  credentials: text().primaryKey(),
  fence: bigint({ mode: 'number' }).notNull(),
  leaseUntil: instant(),
  takenAt: instant().notNull(),
  askedAt: instant(),
  outOfTurn: boolean().notNull().default(false),
  wasOutOfTurn: boolean().notNull().default(false),
  failure: jsonb(),
  generation: bigint({ mode: 'number' }),
  tokenSealed: bytes(),
  fingerprint: text(),
  renewAt: instant(),
  expiresAt: instant(),
});
/** Work on many users of an app, done by any server. */
export const job = immint.table('job', {
  id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  appId: bigint({ mode: 'number' })
    .notNull()
    .references(() => app.id, { onDelete: 'cascade' }),
  kind: text({ enum: JOB_KINDS }).notNull(),
  state: text({ enum: JOB_STATES }).notNull(),
  pausedBecause: text(),
  actor: text().notNull(),
  cap: integer(),
  calls: integer().notNull().default(0),
  items: integer().notNull().default(0),
  issued: integer().notNull().default(0),
  stored: integer().notNull().default(0),
  failed: integer().notNull().default(0),
  duplicates: integer().notNull().default(0),
  told: integer().notNull().default(0),
  filledUpTo: text(),
  isFilled: boolean().notNull().default(true),
  revokedBefore: instant(),
  written: integer().notNull().default(0),
  seenSince: date({ mode: 'string' }),
  createdAt: instant().notNull().default(now),
  startedAt: instant(),
  finishedAt: instant(),
});

/** One user of a job, and what became of it. */
export const jobItem = immint.table(
  'job_item',
  {
    jobId: bigint({ mode: 'number' })
      .notNull()
      .references(() => job.id, { onDelete: 'cascade' }),
    number: integer().notNull(),
    userId: text().notNull(),
    canonicalUserId: text(),
    name: text(),
    avatarUrl: text(),
    state: text({ enum: JOB_ITEM_STATES }).notNull(),
    reason: text(),
    sameAs: integer(),
    attempts: integer().notNull().default(0),
    dueAt: instant().notNull().default(now),
    takenBy: text(),
  },
  (column) => [primaryKey({ columns: [column.jobId, column.number] })],
);

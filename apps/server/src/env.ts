import { join, resolve } from 'node:path';
import { Secret } from '@immint/secrets';
import { z } from 'zod';
import { parseStopAt, STOP_AT_FORM } from './stop-at-point.ts';
import type { StopAt } from './stop-at-point.ts';

/** What a server needs to know before it starts. */
export interface ServerConfig {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly dataDir: string;
  readonly keyFile: string;
  /** The URL of a PostgreSQL database; without it the embedded one under the data directory is used. */
  readonly databaseUrl: Secret | undefined;
  /** Written into API keys, so that a key of a demonstration is never taken for one of a product. */
  readonly environment: 'live' | 'demo';
  readonly logLevel: LogLevel;
  /** How long one call to a provider may take. */
  readonly providerTimeoutMs: number;
  /** How long a start waits for a PostgreSQL that cannot be reached. */
  readonly databaseWaitMs: number;
  /** For tests: where this process is made to die or to stand still; undefined: nowhere. */
  readonly stopAt: StopAt | undefined;
  /** How much this server may remember, so that a stored token costs no query; 0 remembers nothing. */
  readonly cacheMegabytes: number;
}

/** Below the ten seconds that a caller waits by default, so that a slow provider is called by its name. */
const PROVIDER_TIMEOUT_MS = 8_000;

const LogLevel = z.enum(['debug', 'info', 'warn', 'error', 'silent']);
type LogLevel = z.infer<typeof LogLevel>;

/** A configuration that cannot be used, with everything that is wrong with it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration cannot be used: ${problems.join('; ')}.`);
    this.problems = problems;
  }
}

/** What a command line says, which goes before the environment. */
export interface ServerFlags {
  readonly host?: string | undefined;
  readonly port?: number | string | undefined;
  readonly dataDir?: string | undefined;
  readonly environment?: 'live' | 'demo' | undefined;
}

/** Decimal digits and nothing else: neither an empty text nor `0x1F90` is a port. */
const Port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .pipe(z.int().max(65_535));

/** Beyond a few gigabytes it would not fit beside the rest of the process. */
const CacheMegabytes = z
  .string()
  .regex(/^\d{1,4}$/)
  .transform(Number)
  .pipe(z.int().max(4096));

const DatabaseWaitSeconds = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number)
  .pipe(z.int().max(600));

/**
 * Reads the configuration out of an environment and flags, or throws {@link ConfigError} naming every problem at once.
 * Pure: it reads no file, opens nothing, and looks at no environment but the one it is given.
 */
export function readServerConfig(
  environment: Readonly<Record<string, string | undefined>>,
  flags: ServerFlags = {},
): ServerConfig {
  const problems: string[] = [];
  // An empty variable is one that is not set: an empty host would be every interface of the machine.
  const read = (name: string) => (environment[name] === '' ? undefined : environment[name]);
  const port = Port.safeParse(String(flags.port ?? read('IMMINT_PORT') ?? 7788));
  if (!port.success) problems.push('the port (--port, IMMINT_PORT) must be a whole number from 0 to 65535');
  const logLevel = LogLevel.safeParse(read('IMMINT_LOG_LEVEL') ?? 'info');
  if (!logLevel.success) problems.push(`IMMINT_LOG_LEVEL must be one of ${LogLevel.options.join(', ')}`);
  const cacheMegabytes = CacheMegabytes.safeParse(read('IMMINT_CACHE_MEGABYTES') ?? '64');
  if (!cacheMegabytes.success) problems.push('IMMINT_CACHE_MEGABYTES must be a whole number from 0 to 4096');
  const databaseUrl = read('DATABASE_URL');
  if (databaseUrl !== undefined && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    problems.push('DATABASE_URL must begin with postgres:// or postgresql://');
  }
  const databaseWait = DatabaseWaitSeconds.safeParse(read('IMMINT_DATABASE_WAIT_SECONDS') ?? '30');
  if (!databaseWait.success) problems.push('IMMINT_DATABASE_WAIT_SECONDS must be a whole number from 0 to 600');
  const stopAtText = read('IMMINT_TEST_STOP_AT');
  const stopAt = stopAtText === undefined ? undefined : parseStopAt(stopAtText);
  if (stopAtText !== undefined && stopAt === undefined) problems.push(`IMMINT_TEST_STOP_AT must be ${STOP_AT_FORM}`);
  const isUsable = port.success && logLevel.success && cacheMegabytes.success && databaseWait.success;
  if (!isUsable || problems.length > 0) throw new ConfigError(problems);

  const dataDir = resolve(flags.dataDir ?? read('IMMINT_DATA_DIR') ?? '.immint');
  return {
    host: flags.host ?? read('IMMINT_HOST') ?? '127.0.0.1',
    port: port.data,
    dataDir,
    keyFile: resolve(read('IMMINT_KEY_FILE') ?? join(dataDir, 'key')),
    databaseUrl: databaseUrl === undefined ? undefined : Secret.of(databaseUrl),
    environment: flags.environment ?? 'live',
    logLevel: logLevel.data,
    providerTimeoutMs: PROVIDER_TIMEOUT_MS,
    stopAt,
    databaseWaitMs: databaseWait.data * 1_000,
    cacheMegabytes: cacheMegabytes.data,
  };
}

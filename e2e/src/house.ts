import { startPostgres } from '@immint/db/testing';
import { immint, startImmint, temporaryFolder } from './processes.ts';
import type { Finished, Running } from './processes.ts';
import { controlOf } from './sandbox-control.ts';

interface Account {
  readonly app: string;
  readonly provider: string;
  readonly appKey: string;
  readonly secret: string;
  readonly flags: readonly string[];
}

/** The accounts that a sandbox always has, under the names that these tests give them. */
export const ACCOUNTS = [
  { app: 'rc', provider: 'rongcloud', appKey: 'sandbox-rongcloud', secret: 'sandbox-rongcloud-secret', flags: [] },
  { app: 'nx', provider: 'nexconn', appKey: 'sandbox-nexconn', secret: 'sandbox-nexconn-secret', flags: [] },
  {
    app: 'em',
    provider: 'easemob',
    appKey: 'sandbox-org#sandbox-app',
    secret: 'sandbox-client-secret',
    flags: ['--client-id', 'sandbox-client-id'],
  },
] as const;

/** A sandbox, a real PostgreSQL, a server on it with an admin key, and the command line: each a process of its own. */
export interface House {
  readonly sandbox: Running & { readonly control: ReturnType<typeof controlOf> };
  readonly server: Running;
  readonly adminKey: string;
  readonly databaseUrl: string;
  readonly cwd: string;
  /** Runs `immint ...` as somebody who has the admin key, or another one. */
  run(
    args: readonly string[],
    options?: { stdin?: string; key?: string; env?: Record<string, string> },
  ): Promise<Finished>;
  /** Asks a query of the API as any program would. */
  query(procedure: string, input: unknown): Promise<Answer>;
  /** Calls a mutation of the API as any program would. */
  call(
    procedure: string,
    input: unknown,
    options?: { key?: string; headers?: Record<string, string> },
  ): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly data: Record<string, unknown>;
  readonly error: { readonly message: string; readonly data: Record<string, unknown> };
}

export async function openHouse(options: { readonly withApps?: boolean } = {}): Promise<House> {
  const folder = temporaryFolder();
  const postgres = await startPostgres();
  const databaseUrl = (await postgres.createDatabase()).reveal();
  const env = { DATABASE_URL: databaseUrl };
  const cwd = folder.path;
  const created = await immint(['key', 'create', '--label', 'tests', '--admin', '--offline'], { cwd, env });
  if (created.code !== 0) throw new Error(created.stderr);
  const adminKey = created.stdout.trim();
  const sandbox = await startImmint(['sandbox', '--port', '0', '--backup-port', '0'], { cwd });
  const server = await startImmint(['serve', '--port', '0'], { cwd, env });

  const house: House = {
    sandbox: { ...sandbox, control: controlOf(sandbox.url) },
    server,
    adminKey,
    databaseUrl,
    cwd,
    run: (args, { stdin, key = adminKey, env: extra } = {}) =>
      immint(args, {
        cwd,
        env: { IMMINT_URL: server.url, IMMINT_API_KEY: key, ...extra },
        ...(stdin === undefined ? {} : { stdin }),
      }),
    async query(procedure, input) {
      const url = `${server.url}/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`;
      return toAnswer(await fetch(url, { headers: { authorization: `Bearer ${adminKey}` } }));
    },
    async call(procedure, input, { key = adminKey, headers = {} } = {}) {
      const response = await fetch(`${server.url}/trpc/${procedure}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
        body: typeof input === 'string' ? input : JSON.stringify(input),
      });
      return toAnswer(response);
    },
    async close() {
      await Promise.all([server.stop(), sandbox.stop()]);
      await postgres.stop();
      folder.remove();
    },
  };
  if (options.withApps === true) await addApps(house);
  return house;
}

/** Reads an answer of the API whatever it is, so that a test can say what it expects. */
export async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const body = JSON.parse(text) as { result?: { data: Answer['data'] }; error?: Answer['error'] };
  return {
    status: response.status,
    headers: response.headers,
    text,
    data: body.result?.data ?? {},
    error: body.error ?? { message: '', data: {} },
  };
}

async function addApps(house: House): Promise<void> {
  for (const account of ACCOUNTS) await addApp(house, account);
}

/** Adds an account of the sandbox by the command line, under its own name or another, with its own secret or another. */
export async function addApp(
  house: Pick<House, 'run' | 'sandbox'>,
  { app, provider, appKey, secret, flags }: Account,
): Promise<Finished> {
  const place = ['--base-url', house.sandbox.url, '--secret-file', '-', ...flags];
  const added = await house.run(['app', 'add', app, '--provider', provider, '--app-key', appKey, ...place], {
    stdin: secret,
  });
  if (added.code !== 0) throw new Error(added.stderr);
  return added;
}

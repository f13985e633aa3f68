import { startPostgres } from '@immint/db/testing';
import { immint, startImmint, temporaryFolder } from '../processes.ts';
import type { Running, Surroundings } from '../processes.ts';
import { controlOf } from '../sandbox-control.ts';
import { createAsker } from './asker.ts';
import type { Asker } from './asker.ts';
import { createIssueCount } from './issue-count.ts';
import type { IssueCount } from './issue-count.ts';

export const APP = 'rc';
export const APP_KEY = 'sandbox-rongcloud';
const SECRET = 'sandbox-rongcloud-secret';
/** RongCloud's call that issues tokens, and the group whose rate it spends. */
export const ISSUE_PATH = '/user/getToken.json';
/** More than these machines can reach, so that the pace decides nothing. */
const PER_SECOND = 10_000;

/** Several servers on one database, and a sandbox as the provider: each a process of its own. */
export interface Cluster {
  readonly sandbox: Running & { readonly control: ReturnType<typeof controlOf> };
  readonly postgres: Awaited<ReturnType<typeof startPostgres>> | undefined;
  /** Of the database itself, past whatever is in front of it. */
  readonly databaseUrl: string | undefined;
  readonly adminKey: string;
  readonly asker: Asker;
  readonly issues: IssueCount;
  /** The server in each place; a place whose server is down still has the last one. */
  readonly servers: Running[];
  /** Starts a server in this place, with what is added to its environment. */
  start(place: number, env?: Readonly<Record<string, string>>): Promise<Running>;
  /** Everything that servers of any place wrote so far, line by line. */
  logLines(): string[];
  close(): Promise<void>;
}

export interface ClusterOptions {
  readonly servers: number;
  /** `embedded` has room for one server. */
  readonly engine?: 'postgres' | 'embedded';
  /** Starts something in front of the database, which the servers use instead. */
  readonly inFront?: (databaseUrl: string) => Promise<{ readonly url: string; stop(): Promise<void> }>;
}

/** Starts everything, with one app that spends all of a raised rate. */
export async function openCluster({ servers: count, engine = 'postgres', inFront }: ClusterOptions): Promise<Cluster> {
  const folder = temporaryFolder();
  const cwd = folder.path;
  const postgres = engine === 'postgres' ? await startPostgres({ isDurable: true }) : undefined;
  const databaseUrl = (await postgres?.createDatabase())?.reveal();
  const front = inFront === undefined || databaseUrl === undefined ? undefined : await inFront(databaseUrl);
  const serversUrl = front?.url ?? databaseUrl;
  // Only warnings: what is said of each of a million calls would be most of the work.
  const env = {
    IMMINT_LOG_LEVEL: 'warn',
    ...(serversUrl === undefined ? {} : { DATABASE_URL: serversUrl }),
  };
  const surroundings: Surroundings = { cwd, env };
  const created = await immint(['key', 'create', '--label', 'proof', '--admin', '--offline'], surroundings);
  if (created.code !== 0) throw new Error(created.stderr);
  const adminKey = created.stdout.trim();

  const sandbox = await startImmint(['sandbox', '--port', '0', '--backup-port', '0'], { cwd });
  const control = controlOf(sandbox.url);
  await control.post('limits', { provider: 'rongcloud', path: ISSUE_PATH, perSecond: PER_SECOND, appKey: APP_KEY });
  const asker = createAsker(adminKey);
  const servers: Running[] = [];
  const past: Running[] = [];
  const cluster: Cluster = {
    sandbox: { ...sandbox, control },
    postgres,
    databaseUrl,
    adminKey,
    asker,
    issues: createIssueCount(sandbox.url, ISSUE_PATH),
    servers,
    async start(place, extra = {}) {
      const server = await startImmint(['serve', '--port', '0'], { cwd, env: { ...env, ...extra } });
      const before = servers[place];
      if (before !== undefined) past.push(before);
      servers[place] = server;
      return server;
    },
    logLines: () => [...past, ...servers].flatMap((server) => server.output().split('\n')),
    async close() {
      await asker.close();
      await Promise.all([...past, ...servers].map((server) => server.stop('SIGKILL')));
      await sandbox.stop('SIGKILL');
      await front?.stop();
      await postgres?.stop();
      folder.remove();
    },
  };
  await Promise.all(Array.from({ length: count }, (_, place) => cluster.start(place)));
  await addApp(cluster);
  return cluster;
}

async function addApp({ asker, servers, sandbox }: Cluster): Promise<void> {
  const added = await asker.call(servers[0]?.url ?? '', 'app.add', {
    app: APP,
    provider: 'rongcloud',
    appKey: APP_KEY,
    secret: SECRET,
    baseUrl: sandbox.url,
    settings: { rateShare: 1, ratesPerSecond: { [ISSUE_PATH]: PER_SECOND } },
  });
  if (added.status !== 200) throw new Error(`app.add: ${added.status} ${added.text}`);
}

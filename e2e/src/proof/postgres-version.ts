import postgres from 'postgres';

/** Asks a database directly, past every server. */
async function queryDirectly(databaseUrl: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  const url = new URL(databaseUrl);
  const host = url.searchParams.get('host');
  url.search = '';
  const queries = postgres(url.href, { ...(host === null ? {} : { host }), max: 1, onnotice: () => undefined });
  try {
    return await queries.unsafe(statement);
  } finally {
    await queries.end();
  }
}

/** Which PostgreSQL it is, by name and number; undefined where there is none. */
export async function readPostgresVersion({
  databaseUrl,
}: {
  readonly databaseUrl: string | undefined;
}): Promise<string | undefined> {
  if (databaseUrl === undefined) return undefined;
  const [row] = await queryDirectly(databaseUrl, 'show server_version');
  return `PostgreSQL ${String(row?.['server_version'])}`;
}

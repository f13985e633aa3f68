import postgres from 'postgres';
import type { Cluster } from './cluster.ts';

/**
 * The servers' own upper bound of tokens that the provider gave and nobody stored, as they count it in the database. A lease that its
 * holder never ended counts when it is taken over; until then it is one more that is possible.
 */
export async function readPossibleOrphans({ databaseUrl = '' }: Cluster): Promise<{ counted: number; dead: number }> {
  const url = new URL(databaseUrl);
  const host = url.searchParams.get('host');
  url.search = '';
  const queries = postgres(url.href, { ...(host === null ? {} : { host }), max: 1, onnotice: () => undefined });
  try {
    const [row] = await queries`
      select coalesce(sum(possible_orphans), 0)::int as counted,
        count(*) filter (where lease_until is not null)::int as dead
      from immint.user_standing`;
    return row as unknown as { counted: number; dead: number };
  } finally {
    await queries.end();
  }
}

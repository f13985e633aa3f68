import type { Cluster } from './cluster.ts';
import { queryDirectly } from './direct-queries.ts';

/**
 * The servers' own upper bound of tokens that the provider gave and nobody stored, as they count it in the database. A lease that
 * its holder never ended is counted when it is taken over; until then it is one more that is possible.
 */
export async function readPossibleOrphans({ databaseUrl }: Pick<Cluster, 'databaseUrl'>): Promise<number> {
  const [row] = await queryDirectly(
    databaseUrl ?? '',
    `select coalesce(sum(possible_orphans), 0)::int + count(*) filter (where lease_until is not null)::int as bound
      from immint.user_standing`,
  );
  return Number(row?.['bound']);
}

import type { Cluster } from './cluster.ts';
import { APP } from './cluster.ts';

/** The servers' own upper bound of tokens that the provider gave and nobody stored, as `app show` tells it. */
export async function readPossibleOrphans({ asker, servers }: Cluster): Promise<number> {
  const { status, text } = await asker.query(servers[0]?.url ?? '', 'app.show', { app: APP });
  if (status !== 200) throw new Error(`app.show: ${status} ${text}`);
  const answer = JSON.parse(text) as { result: { data: { condition: { possibleOrphans: number } } } };
  return answer.result.data.condition.possibleOrphans;
}

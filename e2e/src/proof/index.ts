export { openCluster } from './cluster.ts';
export { readPostgresVersion } from './direct-queries.ts';
export type { ProofRow } from './proof-row.ts';
export { ON_FOUR_SERVERS } from './scenarios.ts';
export type { Scenario } from './scenarios.ts';

export { openCluster } from './cluster.ts';
export { readPostgresVersion } from './postgres-version.ts';
export type { ProofRow } from './proof-row.ts';
export { findPooler, startPooler } from './pooler.ts';
export { ON_EMBEDDED, ON_FOUR_SERVERS, ON_POOLER } from './scenarios.ts';
export type { Scenario } from './scenarios.ts';

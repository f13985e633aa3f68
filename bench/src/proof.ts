// Produces docs/proof.md: `npx pnpm proof [--short] [name…]`.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  findPooler,
  openCluster,
  ON_EMBEDDED,
  ON_FOUR_SERVERS,
  ON_POOLER,
  readPostgresVersion,
  startPooler,
} from '@immint/e2e/proof';
import type { ProofRow, Scenario } from '@immint/e2e/proof';
import { readCircumstances, renderProof } from './proof-table.ts';
import { simulate } from './simulated.ts';

const PAGE = fileURLToPath(new URL('../../docs/proof.md', import.meta.url));

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const size = process.argv.includes('--short') ? 'short' : 'long';
const isWanted = ({ name, isLongOnly = false }: Pick<Scenario, 'name' | 'isLongOnly'>) =>
  names.length === 0 ? size === 'long' || !isLongOnly : names.includes(name);
/** How many histories are lived through. */
const SIMULATED = { short: 1_000, long: 10_000 };
const say = (text: string) => void process.stderr.write(`${text}\n`);

/** A row that could not be measured is a row that failed. */
async function runOne(name: string, run: () => Promise<ProofRow>): Promise<ProofRow> {
  const beganMs = performance.now();
  say(`${name} …`);
  const row = await run().catch((error: unknown) => ({
    what: name,
    size: '',
    expected: 'to run to its end',
    measured: '',
    violations: [error instanceof Error ? error.message : 'failed'],
    notes: '',
  }));
  say(
    `${name}: ${row.violations.length} violations, ${Math.round((performance.now() - beganMs) / 1_000)} s: ${row.measured}`,
  );
  return row;
}

/** Each on servers and a database of its own, so that no scenario suffers from what another one did. */
async function runAll(scenarios: readonly Scenario[], options: Parameters<typeof openCluster>[0]): Promise<ProofRow[]> {
  const rows: ProofRow[] = [];
  for (const scenario of scenarios.filter(isWanted)) {
    const cluster = await openCluster(options);
    postgresVersion = (await readPostgresVersion(cluster)) ?? postgresVersion;
    rows.push(await runOne(scenario.name, () => scenario.run(cluster, size)));
    await cluster.close();
  }
  return rows;
}

const WITHOUT_POOLER: readonly ProofRow[] = ON_POOLER.filter(isWanted).map(({ name }) => ({
  what: name,
  size: '',
  expected: '',
  measured: 'skipped: PgBouncer is not installed here',
  violations: [],
  notes: '',
}));

let postgresVersion = 'no PostgreSQL';
const { load } = readCircumstances({ postgres: postgresVersion, form: size });
const rows = [
  ...(isWanted({ name: 'simulated' }) ? [await runOne('simulated', () => simulate(SIMULATED[size]))] : []),
  ...(await runAll(ON_FOUR_SERVERS, { servers: 4 })),
  ...(findPooler() === undefined ? WITHOUT_POOLER : await runAll(ON_POOLER, { servers: 4, inFront: startPooler })),
  ...(await runAll(ON_EMBEDDED, { servers: 1, engine: 'embedded' })),
];
const page = renderProof({ ...readCircumstances({ postgres: postgresVersion, form: size }), load }, rows);
if (size === 'long' && names.length === 0) writeFileSync(PAGE, page);
process.stdout.write(page);
process.exitCode = rows.some(({ violations }) => violations.length > 0) ? 1 : 0;

// Produces docs/proof.md: `npx pnpm proof [--short] [name…]`.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openCluster, ON_FOUR_SERVERS, readPostgresVersion } from '@immint/e2e/proof';
import type { ProofRow, Scenario } from '@immint/e2e/proof';
import { readCircumstances, renderProof } from './proof-table.ts';

const PAGE = fileURLToPath(new URL('../../docs/proof.md', import.meta.url));

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const size = process.argv.includes('--short') ? 'short' : 'long';
const isWanted = ({ name }: Scenario) => names.length === 0 || names.includes(name);
const say = (text: string) => void process.stderr.write(`${text}\n`);

/** A row that could not be measured is a row that failed. */
async function runOne(scenario: Scenario, run: () => Promise<ProofRow>): Promise<ProofRow> {
  const beganMs = performance.now();
  say(`${scenario.name} …`);
  const row = await run().catch((error: unknown) => ({
    what: scenario.name,
    size: '',
    expected: 'to run to its end',
    measured: '',
    violations: [error instanceof Error ? error.message : 'failed'],
    notes: '',
  }));
  say(
    `${scenario.name}: ${row.violations.length} violations, ${Math.round((performance.now() - beganMs) / 1_000)} s: ${row.measured}`,
  );
  return row;
}

async function runOnFourServers(): Promise<ProofRow[]> {
  const rows: ProofRow[] = [];
  for (const scenario of ON_FOUR_SERVERS.filter(isWanted)) {
    const cluster = await openCluster({ servers: 4 });
    postgresVersion = await readPostgresVersion(cluster);
    rows.push(await runOne(scenario, () => scenario.run(cluster, size)));
    await cluster.close();
  }
  return rows;
}

let postgresVersion = '';
const rows = await runOnFourServers();
const page = renderProof(readCircumstances(postgresVersion), rows);
if (size === 'long' && names.length === 0) writeFileSync(PAGE, page);
process.stdout.write(page);
process.exitCode = rows.some(({ violations }) => violations.length > 0) ? 1 : 0;

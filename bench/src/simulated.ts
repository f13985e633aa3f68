import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ProofRow } from '@immint/e2e/proof';

const SIMULATION = fileURLToPath(new URL('../../apps/server/src/simulation/main.ts', import.meta.url));

/** The tests live through those before it. */
const FIRST_SEED = 1_000_000;

interface Report {
  readonly operations: number;
  readonly calls: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly violations: Readonly<Record<string, number>>;
  readonly failingSeeds: readonly number[];
  readonly seconds: number;
}

/** The protocol itself, through so many seeded histories with faults, on virtual time. */
export async function simulate(histories: number): Promise<ProofRow> {
  const args = [SIMULATION, '--histories', String(histories), '--from', String(FIRST_SEED)];
  // It ends with 1 when a rule was broken; what it prints says which.
  const text = await promisify(execFile)(process.execPath, args).then(
    ({ stdout }) => stdout,
    (error: unknown) => (error instanceof Error && 'stdout' in error ? String(error.stdout) : ''),
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- printed by the simulation of this checkout
  const { operations, calls, faults, violations, failingSeeds, seconds } = JSON.parse(text) as Report;
  const struck = Object.values(faults).reduce((sum, count) => sum + count, 0);
  return {
    what: 'the protocol, simulated: the real code on virtual time, 1 to 8 servers, faults at any await',
    size: `${histories} histories from seed ${FIRST_SEED}, ${operations} operations, ${struck} faults of ${Object.keys(faults).length} kinds`,
    expected: 'no rule broken (I1 to I7, I14, deadlines, calls, orphans)',
    measured: `${failingSeeds.length} histories broke one; ${calls} provider calls`,
    violations: Object.entries(violations).map(
      ([rule, count]) => `${count} x ${rule}, seeds ${failingSeeds.join(' ')}`,
    ),
    notes: `${seconds} s`,
  };
}

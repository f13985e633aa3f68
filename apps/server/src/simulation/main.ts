import { parseArgs } from 'node:util';
import { checkHistory } from './check-history.ts';
import { makePlan } from './make-plan.ts';
import type { FaultKind } from './plan.ts';
import { runHistory } from './run-history.ts';
import { shrinkPlan } from './shrink-plan.ts';
import { traceOf } from './trace.ts';

/** As many traces are shown, each of the plan that is left when all is left out that it does not need; the rest are numbers. */
const MOST_TRACES = 3;

const { values } = parseArgs({
  options: { histories: { type: 'string', default: '10000' }, from: { type: 'string', default: '0' } },
});
const histories = Number(values.histories);
const from = Number(values.from);
if (!Number.isSafeInteger(histories) || !Number.isSafeInteger(from) || histories < 1 || from < 0) {
  process.stderr.write('--histories takes a whole number from 1, and --from a seed, a whole number from 0\n');
  process.exit(2);
}

const startedAtMs = performance.now();
const faults: Partial<Record<FaultKind, number>> = {};
const violations: Record<string, number> = {};
const failingSeeds: number[] = [];
let operations = 0;
let calls = 0;
for (let seed = from; seed < from + histories; seed += 1) {
  const plan = makePlan(seed);
  // oxlint-disable-next-line no-await-in-loop -- one history at a time is the point
  const history = await runHistory(plan);
  const found = checkHistory(history);
  operations += history.events.filter(({ kind }) => kind === 'asked').length;
  calls += history.events.filter(({ kind }) => kind === 'call-sent').length;
  for (const { kind } of plan.faults) faults[kind] = (faults[kind] ?? 0) + 1;
  for (const { rule } of found) violations[rule] = (violations[rule] ?? 0) + 1;
  if (found.length === 0) continue;
  failingSeeds.push(seed);
  if (failingSeeds.length > MOST_TRACES) continue;
  const [{ rule } = { rule: '' }] = found;
  const shrunk = await shrinkPlan(plan, rule);
  const lived = await runHistory(shrunk);
  process.stderr.write(traceOf(lived, checkHistory(lived)));
  // To be kept in failing-histories.json, with a sentence in place of the finding.
  process.stderr.write(`${JSON.stringify({ finding: '', rule, plan: shrunk })}\n`);
}
const seconds = Math.round((performance.now() - startedAtMs) / 100) / 10;
const report = { from, histories, operations, calls, faults, violations, failingSeeds, seconds };
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
process.exitCode = failingSeeds.length === 0 ? 0 : 1;

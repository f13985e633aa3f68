import { checkHistory } from './check-history.ts';
import type { Plan } from './plan.ts';
import { runHistory } from './run-history.ts';
import type { Sabotage } from './virtual-house.ts';

/** Leaves out of a plan whatever it does not need to break a rule: what is left can be read, and is kept. */
export async function shrinkPlan(plan: Plan, rule: string, sabotage?: Sabotage): Promise<Plan> {
  const breaks = async (candidate: Plan) =>
    checkHistory(await runHistory(candidate, sabotage)).some((violation) => violation.rule === rule);
  const faults = await leaveOut(plan.faults, (kept) => breaks({ ...plan, faults: kept }));
  const operations = await leaveOut(plan.operations, (kept) => breaks({ ...plan, faults, operations: kept }));
  return { ...plan, faults, operations };
}

/** Tries to do without half of a list, a quarter, and so on down to each single one. */
async function leaveOut<T>(
  list: readonly T[],
  isEnough: (kept: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let kept = list;
  for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < kept.length;) {
      const without = [...kept.slice(0, from), ...kept.slice(from + size)];
      // oxlint-disable-next-line no-await-in-loop -- each try goes on from the one before
      if (await isEnough(without)) kept = without;
      else from += size;
    }
  }
  return kept;
}

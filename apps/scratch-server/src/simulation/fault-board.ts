import type { Plan, PlannedFault, WindowFault } from './plan.ts';
import type { SeededRandom } from './seeded-random.ts';

/** Says whether something is wrong right now. */
export interface FaultBoard {
  /** Whether a call of this server is hit by a fault of this kind; what hits only some of them is drawn from `random`. */
  hits(kind: WindowFault, serverIndex: number, random: SeededRandom): boolean;
}

type Window = Extract<PlannedFault, { kind: WindowFault }>;

export function createFaultBoard(plan: Plan, nowMs: () => number): FaultBoard {
  const windows = new Map<WindowFault, Window[]>();
  for (const fault of plan.faults) {
    if ('share' in fault) windows.set(fault.kind, [...(windows.get(fault.kind) ?? []), fault]);
  }
  return {
    hits(kind, serverIndex, random) {
      const now = nowMs();
      return (windows.get(kind) ?? []).some(
        (window) =>
          window.fromMs <= now &&
          now < window.untilMs &&
          (window.serverIndex === null || window.serverIndex === serverIndex) &&
          random.chance(window.share),
      );
    },
  };
}

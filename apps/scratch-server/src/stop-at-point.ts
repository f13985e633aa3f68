import { REACHED_POINTS } from './reached-point.ts';
import type { ReachedPoint } from './reached-point.ts';

/** How a process ends, or stands still, at a point: `kill` and `stop` by the signals SIGKILL and SIGSTOP, `exit` by itself. */
const STOP_ACTIONS = ['kill', 'stop', 'exit'] as const;
type StopAction = (typeof STOP_ACTIONS)[number];

/** Where a process under test is made to stop: at the `hit`th time, from 1, that it reaches a point. */
export interface StopAt {
  readonly point: ReachedPoint;
  readonly hit: number;
  readonly action: StopAction;
}

/** What a `StopAt` looks like in an environment variable. */
export const STOP_AT_FORM = `point:hit:action with a point of ${REACHED_POINTS.join(', ')}, a hit from 1 and an action of ${STOP_ACTIONS.join(', ')}`;

/** Reads `answered:3:kill`; undefined if it is anything else. */
export function parseStopAt(text: string): StopAt | undefined {
  const [pointText, hitText = '', actionText, ...more] = text.split(':');
  const point = REACHED_POINTS.find((each) => each === pointText);
  const action = STOP_ACTIONS.find((each) => each === actionText);
  const isHit = /^[1-9]\d{0,8}$/.test(hitText);
  if (point === undefined || action === undefined || !isHit || more.length > 0) return undefined;
  return { point, hit: Number(hitText), action };
}

/** What a process can do to itself. */
export interface Stoppable {
  readonly pid: number;
  kill(pid: number, signal: 'SIGKILL' | 'SIGSTOP'): unknown;
  exit(code: number): unknown;
}

/** Exit code of a process that was told to `exit` at a point: no other failure has it. */
export const STOPPED_AT_POINT = 86;

/**
 * Makes what is called at each point. Whoever watches the process from outside needs no word from it: a killed one is
 * gone, a stopped one stands in the system's list of processes as stopped.
 */
export function stopAtPoint(stopAt: StopAt, process: Stoppable): (point: ReachedPoint) => void {
  let hits = 0;
  const act: Readonly<Record<StopAction, () => unknown>> = {
    kill: () => process.kill(process.pid, 'SIGKILL'),
    stop: () => process.kill(process.pid, 'SIGSTOP'),
    exit: () => process.exit(STOPPED_AT_POINT),
  };
  return (point) => {
    if (point !== stopAt.point) return;
    hits += 1;
    if (hits === stopAt.hit) act[stopAt.action]();
  };
}

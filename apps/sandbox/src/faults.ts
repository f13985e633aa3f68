import type { Fault } from './control-input.ts';
import { meansRequest } from './call-path.ts';
import type { CallHead, PretendProvider, ServedCall } from './provider-call.ts';

/** A fault as the control surface shows it. */
export type ActiveFault = Fault & {
  readonly id: number;
  /** Calls that it struck so far. */
  readonly struck: number;
};

interface Entry {
  readonly id: number;
  readonly fault: Fault;
  struck: number;
  /** Counts up by `share` with each fitting call; strikes on reaching 1. */
  charge: number;
}

// A third of three calls is one call, although 1/3 added three times may miss 1.
const ROUNDING = 1e-9;

/** The scripted faults, in the order in which they were given. */
export class Faults {
  #entries: Entry[] = [];
  #lastId = 0;

  add(faults: readonly Fault[]): void {
    for (const fault of faults) {
      this.#lastId += 1;
      this.#entries.push({ id: this.#lastId, fault, struck: 0, charge: 0 });
    }
  }

  active(): readonly ActiveFault[] {
    return this.#entries.map(({ id, fault, struck }) => ({ id, struck, ...fault }));
  }

  /** Forgets the faults that `forget` picks; without it, all. */
  clear(forget: (fault: Fault) => boolean = () => true): void {
    this.#entries = this.#entries.filter(({ fault }) => !forget(fault));
  }

  /** The fault that strikes this call, if one does; counts it. */
  strike(head: CallHead, provider: PretendProvider, call: ServedCall | undefined, appKey: string | null): Fault | null {
    const fitting = this.#entries.filter(({ fault }) => fits(fault, head, provider, call, appKey));
    const striking = fitting.find(isDue);
    if (striking === undefined) return null;
    striking.struck += 1;
    if (striking.struck === striking.fault.times) {
      this.#entries = this.#entries.filter((entry) => entry !== striking);
    }
    return striking.fault;
  }
}

function fits(
  fault: Fault,
  head: CallHead,
  provider: PretendProvider,
  call: ServedCall | undefined,
  appKey: string | null,
): boolean {
  if (fault.provider !== undefined && fault.provider !== provider.name) return false;
  if (fault.appKey !== undefined && fault.appKey !== appKey) return false;
  if (fault.method !== undefined && fault.method !== head.method) return false;
  if (fault.domain !== undefined && fault.domain !== head.domain) return false;
  return fault.path === undefined || (call !== undefined && meansRequest(fault.path, call.path, head.path));
}

function isDue(entry: Entry): boolean {
  if (entry.fault.share === undefined) return true;
  entry.charge += entry.fault.share;
  if (entry.charge < 1 - ROUNDING) return false;
  entry.charge -= 1;
  return true;
}

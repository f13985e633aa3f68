import type { Outcome } from './answer-call.ts';
import type { Fault, FaultKind } from './control-input.ts';
import type { JournalEntry } from './journal.ts';
import type { Answer } from './provider-call.ts';
import type { Packet, Wire } from './wire.ts';

/** A call that a fault strikes. */
export interface StruckCall {
  readonly fault: Fault;
  readonly entry: JournalEntry;
  readonly wire: Wire;
  /** Does the work, once, and notes in the journal that it was done. */
  readonly work: () => Outcome;
  /** The answer of a provider that fails by this status, without any work. */
  readonly failure: (status: number) => Answer;
  readonly toPacket: (answer: Answer) => Packet;
}

const DEFAULT_FAILURE_STATUS = 503;
const DEFAULT_PIECE_BYTES = 1;
const DEFAULT_PAUSE_MS = 100;
const GARBAGE = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';

type Strike = (call: StruckCall) => Promise<void>;

/** What each kind does once the whole request is in. (`down` never gets that far.) */
const STRIKES: Readonly<Record<Exclude<FaultKind, 'down'>, Strike>> = {
  // Without `executes` the work waits too, and is not done for a caller who has hung up meanwhile.
  delay: async ({ fault, entry, wire, work, toPacket }) => {
    const done = fault.executes === true ? work() : null;
    await wire.pause(fault.delayMs ?? 0);
    if (wire.isGone) return;
    const { answer } = done ?? work();
    sendNoted(entry, wire, toPacket(answer), answer.code);
  },
  status: async (call) => {
    const { fault, entry, wire } = call;
    if (fault.executes === true) call.work();
    const answer = call.failure(fault.status ?? DEFAULT_FAILURE_STATUS);
    await wire.pause(fault.delayMs ?? 0);
    if (wire.isGone) return;
    sendNoted(entry, wire, altered(fault, call.toPacket(answer)), fault.body === undefined ? answer.code : null);
  },
  garbage: async ({ fault, entry, wire, work }) => {
    if (fault.executes === true) work();
    await wire.pause(fault.delayMs ?? 0);
    if (wire.isGone) return;
    const packet = { status: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: GARBAGE };
    sendNoted(entry, wire, altered(fault, packet), null);
  },
  reset: async (call) => {
    await sendPart(call);
    call.wire.reset();
  },
  'half-open': async (call) => {
    await sendPart(call);
    await call.wire.untilGone();
  },
  // A slow answer is an answer, so here the work is done unless the fault says otherwise.
  'slow-body': async (call) => {
    const { fault, entry, wire } = call;
    const answer = fault.executes === false ? failureOf(call) : call.work().answer;
    const pieceBytes = Math.max(fault.afterBytes ?? DEFAULT_PIECE_BYTES, 1);
    const packet = altered(fault, call.toPacket(answer));
    const arrived = await wire.sendSlowly(packet, pieceBytes, fault.delayMs ?? DEFAULT_PAUSE_MS);
    if (arrived) note(entry, packet.status, fault.body === undefined ? answer.code : null);
  },
};

/** Carries out a fault on a call whose request is in. */
export async function strike(kind: Exclude<FaultKind, 'down'>, call: StruckCall): Promise<void> {
  await STRIKES[kind](call);
}

/** Does what `executes` says, and sends as much of the answer as `afterBytes` says: nothing at all without it. */
async function sendPart(call: StruckCall): Promise<void> {
  const { fault, wire } = call;
  const answer = fault.executes === true ? call.work().answer : failureOf(call);
  await wire.pause(fault.delayMs ?? 0);
  if (fault.afterBytes === undefined || wire.isGone) return;
  await wire.sendFirst(altered(fault, call.toPacket(answer)), fault.afterBytes);
}

function failureOf(call: StruckCall): Answer {
  return call.failure(call.fault.status ?? DEFAULT_FAILURE_STATUS);
}

/** The packet with what the fault writes over it. */
function altered(fault: Fault, packet: Packet): Packet {
  const body = typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body);
  return {
    status: fault.status ?? packet.status,
    headers: { ...packet.headers, ...fault.headers },
    body: fault.body === undefined ? packet.body : body,
  };
}

function sendNoted(entry: JournalEntry, wire: Wire, packet: Packet, code: JournalEntry['code']): void {
  note(entry, packet.status, code);
  wire.send(packet);
}

function note(entry: JournalEntry, status: number, code: JournalEntry['code']): void {
  entry.status = status;
  entry.code = code;
}

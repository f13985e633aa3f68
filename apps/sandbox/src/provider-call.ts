import type { IncomingHttpHeaders } from 'node:http';

import type { ProviderName } from '@immint/contracts';

import type { Account } from './account.ts';
import type { CallsUnderWay } from './calls-under-way.ts';
import type { NonceMemory } from './nonce-memory.ts';
import type { SandboxState } from './state.ts';

/** The two domains over one state. */
export const DOMAINS = ['primary', 'backup'] as const;
export type Domain = (typeof DOMAINS)[number];

/** A request once its line and headers are in. */
export interface CallHead {
  /** When the request line and headers were in, by the clock of the rates, which only goes forward. */
  readonly arrivedAtMs: number;
  readonly domain: Domain;
  readonly method: string;
  /** As on the request line, without the query. */
  readonly sentPath: string;
  /** Double slashes folded. */
  readonly path: string;
  /** What follows the question mark, as sent; empty without one. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
}

/** A whole request. */
export interface ProviderCall extends CallHead {
  readonly body: string;
}

/** What goes back, before faults alter it. */
export interface Answer {
  readonly status: number;
  /** For the journal: the provider's own code. */
  readonly code: number | string | null;
  readonly body: unknown;
  /** Advice for a person, sent as a header where the body must stay as the provider writes it. ASCII only. */
  readonly hint?: string;
}

/** Thrown by a check: the call ends with this answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly answer: Answer;

  constructor(answer: Answer) {
    super('the sandbox refused a call');
    this.answer = answer;
  }
}

/** What a call works with. */
export interface World {
  readonly state: SandboxState;
  readonly randomBytes: (size: number) => Uint8Array;
  /** RongCloud, Nexconn: the nonces that may not sign again. */
  readonly nonces: NonceMemory;
  readonly callsUnderWay: CallsUnderWay;
}

/** One row of a provider's table of calls. Several may share a path, each with a method of its own. */
export interface ServedCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With `{names}` for the parts that vary. */
  readonly path: string;
  /** Calls of one App Key with the same group share one budget. */
  readonly rateGroup: string;
  /** Accepted arrivals in any 1,000 ms, as documented. */
  readonly perSecond: number;
  /** How many of those arrivals one call counts as, where users are counted and not calls. */
  rateUnits?(call: ProviderCall): number;
  /** Does the work. @throws Refusal */
  answer(call: ProviderCall, account: Account, world: World): Answer;
}

/** Everything the sandbox knows about one provider. Below the listener nothing asks which provider it is. */
export interface PretendProvider {
  readonly name: ProviderName;
  readonly calls: readonly ServedCall[];
  /** Whether a path is this provider's: the hosts are shared, so nothing else tells. */
  owns(path: string): boolean;
  /** Whose call it claims to be, unchecked. */
  claimedAppKey(head: CallHead): string | null;
  /** The users that the body or path names, unchecked. */
  userIds(call: ProviderCall): readonly string[];
  /** The account, before the rate counts. @throws Refusal */
  admit(call: ProviderCall, world: World): Account;
  readonly refusals: ProviderRefusals;
}

/** The answers that do not depend on the call. */
interface ProviderRefusals {
  noSuchCall(head: CallHead, world: World): Answer;
  methodNotAllowed(head: CallHead, world: World): Answer;
  overLimit(head: CallHead, world: World): Answer;
  bodyTooLarge(head: CallHead, world: World): Answer;
  /** The documented answer that has this HTTP status, for a fault that asks for one; undefined if no page has it. */
  ofStatus(status: number, head: CallHead, world: World): Answer | undefined;
  /** `explanation` is for the person at the other end: this is a pretend provider with nothing to hide. */
  internalError(head: CallHead, world: World, explanation: string): Answer;
}

import type { Refusal } from './provider-call.ts';

/** Everything for which RongCloud and Nexconn turn a call away. Each provider and profile says with which code. */
export type SignedProblem =
  | 'no-such-call'
  | 'wrong-method'
  | 'unknown-app-key'
  | 'bad-signature'
  | 'over-limit'
  | 'body-too-large'
  | 'wrong-content-type'
  | 'no-body'
  | 'bad-parameter'
  | 'long-parameter'
  | 'too-many-items'
  | 'bad-user-id'
  | 'long-user-id'
  | 'long-name'
  | 'long-avatar-url'
  | 'unknown-user'
  | 'user-limit'
  | 'deactivated-user'
  | 'already-registered';

/** Code and HTTP status of one problem. */
export interface ProblemAnswer {
  readonly code: number;
  readonly status: number;
}

export type ProblemTable = Readonly<Record<SignedProblem, ProblemAnswer>>;

/** Makes the refusal of the call that is being served. The text is for the person who reads it. */
export type RefuseSigned = (problem: SignedProblem, text: string) => Refusal;

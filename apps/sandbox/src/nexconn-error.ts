import { NEXCONN_CODES, type NexconnCode } from '@immint/contracts/nexconn';

import { profileOf } from './app-key-signature.ts';
import type { ProfileName } from './profile.ts';
import { type Answer, type CallHead, Refusal, type World } from './provider-call.ts';
import type { ProblemAnswer, ProblemTable, RefuseSigned, SignedProblem } from './signed-problem.ts';

/** Statuses that the pages leave open: a refused parameter is a bad request. */
const UNDOCUMENTED_STATUS = 400;

function documented(code: NexconnCode): ProblemAnswer {
  return { code, status: NEXCONN_CODES[code].httpStatus ?? UNDOCUMENTED_STATUS };
}

/** Source: docs.nexconn.ai/platform-chat-api/code; its HTTP statuses are those of the same codes at RongCloud. */
const LIVE: ProblemTable = {
  'no-such-call': documented(404),
  'wrong-method': { code: 405, status: 405 },
  'unknown-app-key': documented(1002),
  'bad-signature': documented(1004),
  'over-limit': documented(1008),
  'body-too-large': { code: 1005, status: 413 },
  'wrong-content-type': documented(1002),
  'no-body': documented(1002),
  'bad-parameter': documented(1002),
  'long-parameter': documented(1005),
  'too-many-items': documented(1002),
  'bad-user-id': documented(1002),
  'long-user-id': documented(1005),
  'long-name': documented(1005),
  'long-avatar-url': documented(1005),
  'unknown-user': documented(400),
  'user-limit': documented(2007),
  'deactivated-user': documented(1002),
  'already-registered': documented(1002),
};

const PROBLEMS: Readonly<Record<ProfileName, ProblemTable>> = {
  live: LIVE,
  strict: LIVE,
  'seed-legacy': LIVE,
  vip5: LIVE,
};

/** Nexconn's error body, with the code and status that the problem has under the account's profile. */
export function answerNexconnProblem(head: CallHead, world: World, problem: SignedProblem, text: string): Answer {
  const { code, status } = PROBLEMS[profileOf('nexconn', head, world)][problem];
  return answerNexconnError(code, status, text);
}

/** Nexconn's error body. */
export function answerNexconnError(code: number, status: number, errorMessage: string): Answer {
  return { status, code, body: { code, errorMessage } };
}

/** Makes the refusals of one call. */
export function nexconnRefusals(head: CallHead, world: World): RefuseSigned {
  return (problem, text) => new Refusal(answerNexconnProblem(head, world, problem, text));
}

import { RONGCLOUD_CODES, type RongCloudCode } from '@immint/contracts/rongcloud';

import { profileOf } from './app-key-signature.ts';
import type { ProfileName } from './profile.ts';
import { type Answer, type CallHead, Refusal, type World } from './provider-call.ts';
import type { ProblemAnswer, ProblemTable, RefuseSigned, SignedProblem } from './signed-problem.ts';

/** Statuses that the pages leave open: a refused parameter is a bad request. */
const UNDOCUMENTED_STATUS = 400;

function documented(code: RongCloudCode): ProblemAnswer {
  return { code, status: RONGCLOUD_CODES[code].httpStatus ?? UNDOCUMENTED_STATUS };
}

/** Sources: docs.rongcloud.io/platform-chat-api/code, RongCloud's older status table and recorded answers. */
const LIVE: ProblemTable = {
  'no-such-call': documented(404),
  'wrong-method': { code: 405, status: 405 },
  'unknown-app-key': documented(1002),
  'bad-signature': documented(1004),
  'over-limit': documented(1008),
  'body-too-large': documented(1508),
  'wrong-content-type': documented(1002),
  'no-body': documented(1003),
  'bad-parameter': documented(1002),
  'long-parameter': documented(1005),
  'too-many-items': documented(1002),
  'bad-user-id': documented(1002),
  'long-user-id': documented(1005),
  'long-name': documented(1005),
  'long-avatar-url': documented(1005),
  'unknown-user': documented(1002),
  'user-limit': documented(2007),
  'deactivated-user': documented(1002),
  'already-registered': documented(1002),
};

/** The table of the older description, where it has one: six codes, of which five mean something else elsewhere. */
const SEED_LEGACY: ProblemTable = {
  ...LIVE,
  'unknown-app-key': { code: 1002, status: 400 },
  'bad-signature': { code: 1001, status: 401 },
  'wrong-content-type': { code: 1003, status: 400 },
  'no-body': { code: 1003, status: 400 },
  'bad-parameter': { code: 1003, status: 400 },
  'long-parameter': { code: 1003, status: 400 },
  'too-many-items': { code: 1003, status: 400 },
  'unknown-user': { code: 1003, status: 400 },
  'deactivated-user': { code: 1003, status: 400 },
  'already-registered': { code: 1004, status: 400 },
  'bad-user-id': { code: 1005, status: 400 },
  'long-user-id': { code: 1005, status: 400 },
  'long-name': { code: 1006, status: 400 },
  'long-avatar-url': { code: 1007, status: 400 },
};

const PROBLEMS: Readonly<Record<ProfileName, ProblemTable>> = {
  live: LIVE,
  strict: LIVE,
  'seed-legacy': SEED_LEGACY,
  vip5: LIVE,
};

/** RongCloud's error body, with the code and status that the problem has under the account's profile. */
export function answerRongCloudProblem(head: CallHead, world: World, problem: SignedProblem, text: string): Answer {
  const { code, status } = PROBLEMS[profileOf('rongcloud', head, world)][problem];
  return answerRongCloudError(head, code, status, text);
}

/** RongCloud's error body. Recorded answers carry the path as `url`, first. */
export function answerRongCloudError(head: CallHead, code: number, status: number, errorMessage: string): Answer {
  return { status, code, body: { url: head.sentPath, code, errorMessage } };
}

/** Makes the refusals of one call. */
export function rongcloudRefusals(head: CallHead, world: World): RefuseSigned {
  return (problem, text) => new Refusal(answerRongCloudProblem(head, world, problem, text));
}

import type { NexconnCode } from '@immint/contracts/nexconn';
import { readAppKey } from '@immint/signer';

import { admitSigned } from './app-key-signature.ts';
import { parseJsonObject } from './json-body.ts';
import { NEXCONN_BAN_CALLS } from './nexconn-ban-calls.ts';
import { NEXCONN_DEACTIVATION_CALLS } from './nexconn-deactivation-calls.ts';
import { answerNexconnError, answerNexconnProblem, nexconnRefusals } from './nexconn-error.ts';
import { NEXCONN_MUTE_CALLS } from './nexconn-mute-calls.ts';
import { NEXCONN_PROFILE_CALLS } from './nexconn-profile-calls.ts';
import { NEXCONN_RELATION_CALLS } from './nexconn-relation-calls.ts';
import { NEXCONN_TAG_CALLS } from './nexconn-tag-calls.ts';
import { NEXCONN_TOKEN_CALLS } from './nexconn-token-calls.ts';
import { NEXCONN_USER_CALLS } from './nexconn-user-calls.ts';
import type { PretendProvider, ServedCall } from './provider-call.ts';
import { textsIn } from './signed-json.ts';
import type { SignedProblem } from './signed-problem.ts';

const CALLS: readonly ServedCall[] = [
  ...NEXCONN_TOKEN_CALLS,
  ...NEXCONN_USER_CALLS,
  ...NEXCONN_BAN_CALLS,
  ...NEXCONN_DEACTIVATION_CALLS,
  ...NEXCONN_RELATION_CALLS,
  ...NEXCONN_TAG_CALLS,
  ...NEXCONN_PROFILE_CALLS,
  ...NEXCONN_MUTE_CALLS,
];

/** The problem that stands for each HTTP status, for a fault that asks for a status. */
const PROBLEM_BY_STATUS: Readonly<Record<number, SignedProblem>> = {
  400: 'bad-parameter',
  401: 'bad-signature',
  403: 'user-limit',
  404: 'no-such-call',
};

/** Statuses with a code of their own that the sandbox itself never has a reason for. */
const CODE_BY_STATUS: Readonly<Record<number, NexconnCode>> = { 430: 1009, 504: 1050 };

const A_FAULT = 'a fault of the sandbox';

/**
 * Nexconn of the sandbox: JSON bodies under `/v4`, signed headers, success code 0.
 * Source: docs.nexconn.ai/platform-chat-api, pages `auth`, `code` and the user pages
 */
export const nexconn: PretendProvider = {
  name: 'nexconn',
  calls: CALLS,
  owns: (path) => path === '/v4' || path.startsWith('/v4/'),
  claimedAppKey: ({ headers }) => readAppKey(headers),
  userIds: ({ body }) => textsIn(parseJsonObject(body) ?? {}, ['userId', 'userIds']),
  admit: (call, world) => admitSigned('nexconn', call, world, nexconnRefusals(call, world)),
  refusals: {
    noSuchCall: (head, world) => answerNexconnProblem(head, world, 'no-such-call', explainUnknownPath(head.path)),
    methodNotAllowed: (head, world) =>
      answerNexconnProblem(head, world, 'wrong-method', `${head.path} takes POST, not ${head.method}.`),
    overLimit: (head, world) => answerNexconnProblem(head, world, 'over-limit', 'call frequency exceeded.'),
    bodyTooLarge: (head, world) =>
      answerNexconnProblem(head, world, 'body-too-large', 'the request body is larger than 100 kB.'),
    ofStatus: (status, head, world) => {
      const problem = PROBLEM_BY_STATUS[status];
      if (problem !== undefined) return answerNexconnProblem(head, world, problem, A_FAULT);
      const code = CODE_BY_STATUS[status];
      return code === undefined ? undefined : answerNexconnError(code, status, A_FAULT);
    },
    internalError: (_head, _world, explanation) => answerNexconnError(1000, 500, explanation),
  },
};

function explainUnknownPath(path: string): string {
  return `there is no call ${path}. The sandbox serves: ${CALLS.map((call) => call.path).join(', ')}.`;
}

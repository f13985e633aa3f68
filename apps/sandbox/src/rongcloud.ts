import type { RongCloudCode } from '@immint/contracts/rongcloud';
import { readAppKey } from '@immint/signer';

import { admitSigned } from './app-key-signature.ts';
import { isRecord, parseJson } from './json-body.ts';
import type { PretendProvider, ServedCall } from './provider-call.ts';
import { RONGCLOUD_BAN_CALLS } from './rongcloud-ban-calls.ts';
import { RONGCLOUD_DEACTIVATION_CALLS } from './rongcloud-deactivation-calls.ts';
import { answerRongCloudError, answerRongCloudProblem, rongcloudRefusals } from './rongcloud-error.ts';
import { splitIds } from './rongcloud-form.ts';
import { RONGCLOUD_MUTE_CALLS } from './rongcloud-mute-calls.ts';
import { RONGCLOUD_PROFILE_CALLS } from './rongcloud-profile-calls.ts';
import { RONGCLOUD_PUSH_CALLS } from './rongcloud-push-calls.ts';
import { RONGCLOUD_RELATION_CALLS } from './rongcloud-relation-calls.ts';
import { RONGCLOUD_TAG_CALLS } from './rongcloud-tag-calls.ts';
import { RONGCLOUD_TOKEN_CALLS } from './rongcloud-token-calls.ts';
import { RONGCLOUD_USER_CALLS } from './rongcloud-user-calls.ts';
import { textsIn } from './signed-json.ts';
import type { SignedProblem } from './signed-problem.ts';

const CALLS: readonly ServedCall[] = [
  ...RONGCLOUD_TOKEN_CALLS,
  ...RONGCLOUD_USER_CALLS,
  ...RONGCLOUD_BAN_CALLS,
  ...RONGCLOUD_DEACTIVATION_CALLS,
  ...RONGCLOUD_RELATION_CALLS,
  ...RONGCLOUD_TAG_CALLS,
  ...RONGCLOUD_PROFILE_CALLS,
  ...RONGCLOUD_MUTE_CALLS,
  ...RONGCLOUD_PUSH_CALLS,
];

/** The problem that stands for each HTTP status, for a fault that asks for a status. */
const PROBLEM_BY_STATUS: Readonly<Record<number, SignedProblem>> = {
  400: 'bad-parameter',
  401: 'bad-signature',
  403: 'user-limit',
  404: 'no-such-call',
};

/** Statuses with a code of their own that the sandbox itself never has a reason for. */
const CODE_BY_STATUS: Readonly<Record<number, RongCloudCode>> = { 430: 1009, 504: 1050 };

const A_FAULT = 'a fault of the sandbox';

/**
 * RongCloud of the sandbox: form bodies, signed headers, success code 200. Asked last: it owns what nobody else does.
 * Source: docs.rongcloud.io/platform-chat-api, pages `auth`, `code`, `limits` and `user/*`
 */
export const rongcloud: PretendProvider = {
  name: 'rongcloud',
  calls: CALLS,
  owns: () => true,
  claimedAppKey: ({ headers }) => readAppKey(headers),
  userIds: ({ body }) => {
    const fields = parseJson(body);
    if (isRecord(fields)) return textsIn(fields, ['userId', 'userIds']);
    const form = new URLSearchParams(body);
    return [...splitIds(form, 'userId'), ...splitIds(form, 'userIds')];
  },
  admit: (call, world) => admitSigned('rongcloud', call, world, rongcloudRefusals(call, world)),
  refusals: {
    noSuchCall: (head, world) => answerRongCloudProblem(head, world, 'no-such-call', explainUnknownPath(head.path)),
    methodNotAllowed: (head, world) =>
      answerRongCloudProblem(head, world, 'wrong-method', `${head.path} takes POST, not ${head.method}.`),
    overLimit: (head, world) => answerRongCloudProblem(head, world, 'over-limit', 'call frequency exceeded.'),
    bodyTooLarge: (head, world) =>
      answerRongCloudProblem(head, world, 'body-too-large', 'the request body is larger than 100 kB.'),
    ofStatus: (status, head, world) => {
      const problem = PROBLEM_BY_STATUS[status];
      if (problem !== undefined) return answerRongCloudProblem(head, world, problem, A_FAULT);
      const code = CODE_BY_STATUS[status];
      return code === undefined ? undefined : answerRongCloudError(head, code, status, A_FAULT);
    },
    internalError: (head, _world, explanation) => answerRongCloudError(head, 1000, 500, explanation),
  },
};

function explainUnknownPath(path: string): string {
  const xml = path.endsWith('.xml') ? ' Only .json is served.' : '';
  return (
    `there is no call ${path}.${xml} The sandbox serves RongCloud (${CALLS.map((call) => call.path).join(', ')}), ` +
    'Nexconn (/v4/...) and Easemob (/{org}/{app}/...), and its controls under /_sandbox.'
  );
}

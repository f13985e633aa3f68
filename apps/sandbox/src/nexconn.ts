import { NEXCONN_CODES, NEXCONN_PATHS, NEXCONN_RATES_PER_SECOND, type NexconnCode } from '@immint/contracts/nexconn';
import { readAppKey } from '@immint/signer';

import type { Account, UserRecord } from './account.ts';
import { admitSigned } from './app-key-signature.ts';
import {
  alterUsers,
  checkAvatarUrl,
  checkName,
  checkUserId,
  listBanned,
  registerAndIssue,
  requireUsers,
  toBanEndMs,
} from './app-key-users.ts';
import { parseJsonObject } from './json-body.ts';
import { type Answer, type PretendProvider, Refusal, type ServedCall, type World } from './provider-call.ts';
import { randomBase64 } from './random-text.ts';
import { toProviderDateTime } from './sandbox-clock.ts';

/** A JSON call past the checks that all share. */
interface JsonCall {
  readonly fields: Record<string, unknown>;
  readonly account: Account;
  readonly world: World;
}

/** Statuses that the pages leave open: a refused parameter is a bad request. */
const UNDOCUMENTED_STATUS = 400;

function answerError(code: number, status: number, errorMessage: string): Answer {
  return { status, code, body: { code, errorMessage } };
}

function answerCode(code: NexconnCode, errorMessage: string): Answer {
  return answerError(code, NEXCONN_CODES[code].httpStatus ?? UNDOCUMENTED_STATUS, errorMessage);
}

function refuse(code: NexconnCode, text: string): Refusal {
  return new Refusal(answerCode(code, text));
}

/** One row of the table: `act` gives `result`, or nothing where the call has none. */
function jsonCall(
  path: string,
  perSecond: number,
  act: (call: JsonCall) => object | void,
  { bodyRequired = true }: { readonly bodyRequired?: boolean } = {},
): ServedCall {
  return {
    method: 'POST',
    path,
    rateGroup: path,
    perSecond,
    answer: (call, account, world) => {
      const fields = !bodyRequired && call.body.trim() === '' ? {} : parseJsonObject(call.body);
      if (fields === null) throw refuse(1002, explainBadBody(call.body));
      const result = act({ fields, account, world });
      return { status: 200, code: 0, body: result === undefined ? { code: 0 } : { code: 0, result } };
    },
  };
}

const CALLS: readonly ServedCall[] = [
  jsonCall(NEXCONN_PATHS.issueToken, NEXCONN_RATES_PER_SECOND.issueToken, (call) => {
    const { account, world } = call;
    const userId = checkUserId(requireText(call, 'userId'), refuse);
    const name = checkName(requireText(call, 'name'), refuse);
    const avatarUrl = readText(call, 'avatarUrl');
    if (avatarUrl !== null) checkAvatarUrl(avatarUrl, 'avatarUrl', refuse);
    const accessToken = randomBase64(world.randomBytes, 72);
    registerAndIssue(account, { userId, name, avatarUrl }, accessToken, world, refuse);
    return { userId, accessToken };
  }),
  jsonCall(NEXCONN_PATHS.updateUser, NEXCONN_RATES_PER_SECOND.updateUser, (call) => {
    const users = requireNamedUsers(call, [requireText(call, 'userId')], 'userId');
    const name = checkName(readText(call, 'name') ?? '', refuse);
    const avatarUrl = checkAvatarUrl(readText(call, 'avatarUrl') ?? '', 'avatarUrl', refuse);
    alterUsers(call.account, users, call.world, (user) => ({
      name: name === '' ? user.name : name,
      avatarUrl: avatarUrl === '' ? user.avatarUrl : avatarUrl,
    }));
  }),
  jsonCall(NEXCONN_PATHS.readUser, NEXCONN_RATES_PER_SECOND.readUser, (call) => {
    const [user] = requireNamedUsers(call, [requireText(call, 'userId')], 'userId');
    return {
      name: user?.name ?? '',
      avatarUrl: user?.avatarUrl ?? '',
      createdAt: toProviderDateTime(user?.createdAtMs ?? 0),
    };
  }),
  jsonCall('/v4/auth/access-token/expire', 100, (call) => {
    const users = requireNamedUsers(call, readUserIds(call), 'userIds');
    const { expiresAt } = call.fields;
    if (typeof expiresAt !== 'number' || !Number.isSafeInteger(expiresAt) || expiresAt < 0) {
      throw refuse(1002, 'expiresAt must be a Unix time in milliseconds.');
    }
    alterUsers(call.account, users, call.world, (user) => ({
      revokedBeforeMs: Math.max(expiresAt, user.revokedBeforeMs ?? 0),
    }));
  }),
  jsonCall('/v4/user/ban', 100, (call) => {
    const users = requireNamedUsers(call, readUserIds(call), 'userIds');
    const minutes = Number(call.fields['durationMinutes'] ?? Number.NaN);
    const bannedUntilMs = toBanEndMs(minutes, 'durationMinutes', call.world.state.nowMs(), refuse);
    alterUsers(call.account, users, call.world, () => ({ bannedUntilMs }));
  }),
  jsonCall('/v4/user/unban', 100, (call) => {
    const users = requireNamedUsers(call, readUserIds(call), 'userIds');
    alterUsers(call.account, users, call.world, () => ({ bannedUntilMs: null }));
  }),
  jsonCall(
    NEXCONN_PATHS.listBanned,
    NEXCONN_RATES_PER_SECOND.listBanned,
    (call) => {
      const page = readCount(call, 'page', 0);
      const banned = listBanned(call.account, page, readCount(call, 'pageSize', 50), call.world.state.nowMs());
      return { bannedUsers: banned.map(({ userId, until }) => ({ userId, banExpiresAt: until })) };
    },
    { bodyRequired: false },
  ),
];

/** The code that stands for each HTTP status, for a fault that asks for a status. */
const CODE_BY_STATUS: Readonly<Record<number, NexconnCode>> = {
  400: 1002,
  401: 1004,
  403: 2007,
  404: 404,
  430: 1009,
  504: 1050,
};

/**
 * Nexconn of the sandbox: JSON bodies under `/v4`, signed headers, success code 0.
 * Source: docs.nexconn.ai/platform-chat-api, pages `auth`, `code` and the user pages
 */
export const nexconn: PretendProvider = {
  name: 'nexconn',
  calls: CALLS,
  owns: (path) => path === '/v4' || path.startsWith('/v4/'),
  claimedAppKey: ({ headers }) => readAppKey(headers),
  userIds: ({ body }) => {
    const { userId, userIds } = parseJsonObject(body) ?? {};
    return [userId, ...(Array.isArray(userIds) ? userIds : [])].filter((each) => typeof each === 'string');
  },
  admit: (call, world) => admitSigned('nexconn', call, world, refuse),
  refusals: {
    noSuchCall: ({ path }) =>
      answerCode(404, `there is no call ${path}. The sandbox serves: ${CALLS.map((call) => call.path).join(', ')}.`),
    methodNotAllowed: (head) => answerError(405, 405, `${head.path} takes POST, not ${head.method}.`),
    overLimit: () => answerCode(1008, 'call frequency exceeded.'),
    bodyTooLarge: () => answerError(1005, 413, 'the request body is larger than 100 kB.'),
    ofStatus: (status) => {
      const code = CODE_BY_STATUS[status];
      return code === undefined ? undefined : answerCode(code, 'a fault of the sandbox');
    },
    internalError: (_head, _world, explanation) => answerCode(1000, explanation),
  },
};

function requireText(call: JsonCall, name: string): string {
  const text = readText(call, name);
  if (text === null || text === '') throw refuse(1002, `${name} is required.`);
  return text;
}

function readText({ fields }: JsonCall, name: string): string | null {
  const value = fields[name] ?? null;
  if (value !== null && typeof value !== 'string') throw refuse(1002, `${name} must be a string.`);
  return value;
}

function readCount({ fields }: JsonCall, name: string, missing: number): number {
  const value = fields[name] ?? missing;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw refuse(1002, `${name} must be a whole number.`);
  }
  return value;
}

function readUserIds({ fields }: JsonCall): readonly string[] {
  const userIds: unknown = fields['userIds'] ?? [];
  if (!Array.isArray(userIds) || !userIds.every((userId) => typeof userId === 'string')) {
    throw refuse(1002, 'userIds must be a list of strings.');
  }
  return userIds;
}

function requireNamedUsers(call: JsonCall, userIds: readonly string[], parameter: string): readonly UserRecord[] {
  return requireUsers(call.account, userIds, parameter, refuse, (userId) =>
    refuse(400, `user ID does not exist: ${userId} must have got a token first.`),
  );
}

function explainBadBody(body: string): string {
  if (body.trim() === '') return 'the request has no body: send a JSON object.';
  const form = /^[\w-]+=/.test(body) ? ' It looks like a form, which is how the older RongCloud paths are called.' : '';
  return `the body is not a JSON object.${form}`;
}

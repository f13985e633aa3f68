import { createHash } from 'node:crypto';

import {
  RONGCLOUD_CODES,
  RONGCLOUD_PATHS,
  RONGCLOUD_RATES_PER_SECOND,
  type RongCloudCode,
} from '@immint/contracts/rongcloud';
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
import {
  type Answer,
  type CallHead,
  type PretendProvider,
  Refusal,
  type ServedCall,
  type World,
} from './provider-call.ts';
import { randomBase64, type RandomBytes } from './random-text.ts';
import { toProviderDateTime } from './sandbox-clock.ts';

/** A form call past the checks that all share. */
interface FormCall {
  readonly form: URLSearchParams;
  readonly account: Account;
  readonly world: World;
  readonly refuse: (code: RongCloudCode, text: string) => Refusal;
}

/** Statuses that the pages leave open: a refused parameter is a bad request. */
const UNDOCUMENTED_STATUS = 400;

function answerError(head: CallHead, code: number, status: number, errorMessage: string): Answer {
  return { status, code, body: { url: head.sentPath, code, errorMessage } };
}

function answerCode(head: CallHead, code: RongCloudCode, errorMessage: string): Answer {
  return answerError(head, code, RONGCLOUD_CODES[code].httpStatus ?? UNDOCUMENTED_STATUS, errorMessage);
}

/** One row of the table: `act` gives the fields that follow `code`. */
function formCall(
  path: string,
  perSecond: number,
  act: (call: FormCall) => object,
  { bodyRequired = true }: { readonly bodyRequired?: boolean } = {},
): ServedCall {
  return {
    method: 'POST',
    path,
    rateGroup: path,
    perSecond,
    answer: (call, account, world) => {
      const refuse = (code: RongCloudCode, text: string): Refusal => new Refusal(answerCode(call, code, text));
      if (bodyRequired && call.body.trim() === '')
        throw refuse(1003, 'no POST data. Send the parameters as a form body.');
      const form = new URLSearchParams(call.body);
      if (bodyRequired && !form.has('userId')) throw refuse(1002, explainMissingUserId(call.body));
      return { status: 200, code: 200, body: { code: 200, ...act({ form, account, world, refuse }) } };
    },
  };
}

const CALLS: readonly ServedCall[] = [
  formCall(RONGCLOUD_PATHS.issueToken, RONGCLOUD_RATES_PER_SECOND.issueToken, ({ form, account, world, refuse }) => {
    const userId = checkUserId(form.get('userId') ?? '', refuse);
    const name = form.get('name') ?? '';
    if (name === '') throw refuse(1002, 'name is required.');
    checkName(name, refuse);
    const avatarUrl = form.get('portraitUri');
    if (avatarUrl !== null) checkAvatarUrl(avatarUrl, 'portraitUri', refuse);
    const token = makeToken(account.record.appKey, world.randomBytes);
    registerAndIssue(account, { userId, name, avatarUrl }, token, world, refuse);
    return { userId, token };
  }),
  formCall(RONGCLOUD_PATHS.updateUser, RONGCLOUD_RATES_PER_SECOND.updateUser, (call) => {
    const users = requireNamedUsers(call, 1);
    const name = checkName(call.form.get('name') ?? '', call.refuse);
    const avatarUrl = checkAvatarUrl(call.form.get('portraitUri') ?? '', 'portraitUri', call.refuse);
    // The Go SDK always sends both, even empty: empty means unchanged.
    alterUsers(call.account, users, call.world, (user) => ({
      name: name === '' ? user.name : name,
      avatarUrl: avatarUrl === '' ? user.avatarUrl : avatarUrl,
    }));
    return {};
  }),
  formCall(RONGCLOUD_PATHS.readUser, RONGCLOUD_RATES_PER_SECOND.readUser, (call) => {
    const [user] = requireNamedUsers(call, 1);
    return {
      userName: user?.name ?? '',
      userPortrait: user?.avatarUrl ?? '',
      createTime: toProviderDateTime(user?.createdAtMs ?? 0),
    };
  }),
  formCall('/user/token/expire.json', 100, (call) => {
    const users = requireNamedUsers(call);
    const time = call.form.get('time') ?? '';
    if (!/^\d{1,15}$/.test(time)) throw call.refuse(1002, 'time must be a Unix time in milliseconds.');
    alterUsers(call.account, users, call.world, (user) => ({
      revokedBeforeMs: Math.max(Number(time), user.revokedBeforeMs ?? 0),
    }));
    return {};
  }),
  formCall('/user/block.json', 100, (call) => {
    const users = requireNamedUsers(call);
    const minutes = Number(call.form.get('minute') ?? Number.NaN);
    const bannedUntilMs = toBanEndMs(minutes, 'minute', call.world.state.nowMs(), call.refuse);
    alterUsers(call.account, users, call.world, () => ({ bannedUntilMs }));
    return {};
  }),
  formCall('/user/unblock.json', 100, (call) => {
    alterUsers(call.account, requireNamedUsers(call), call.world, () => ({ bannedUntilMs: null }));
    return {};
  }),
  formCall(
    RONGCLOUD_PATHS.listBanned,
    RONGCLOUD_RATES_PER_SECOND.listBanned,
    ({ form, account, world, refuse }) => {
      const page = readCount(form, 'page', 0, refuse);
      const banned = listBanned(account, page, readCount(form, 'size', 50, refuse), world.state.nowMs());
      return { users: banned.map(({ userId, until }) => ({ userId, blockEndTime: until })) };
    },
    { bodyRequired: false },
  ),
];

/** The code that stands for each HTTP status, for a fault that asks for a status. */
const CODE_BY_STATUS: Readonly<Record<number, RongCloudCode>> = {
  400: 1002,
  401: 1004,
  403: 2007,
  404: 404,
  430: 1009,
  504: 1050,
};

/**
 * RongCloud of the sandbox: form bodies, signed headers, success code 200. Asked last: it owns what nobody else does.
 * Source: docs.rongcloud.io/platform-chat-api, pages `auth`, `code`, `limits` and `user/*`
 */
export const rongcloud: PretendProvider = {
  name: 'rongcloud',
  calls: CALLS,
  owns: () => true,
  claimedAppKey: ({ headers }) => readAppKey(headers),
  userIds: ({ body }) => splitUserIds(new URLSearchParams(body)),
  admit: (call, world) =>
    admitSigned('rongcloud', call, world, (code, text) => new Refusal(answerCode(call, code, text))),
  refusals: {
    noSuchCall: (head) => answerCode(head, 404, explainUnknownPath(head.path)),
    methodNotAllowed: (head) => answerError(head, 405, 405, `${head.path} takes POST, not ${head.method}.`),
    overLimit: (head) => answerCode(head, 1008, 'call frequency exceeded.'),
    bodyTooLarge: (head) => answerCode(head, 1508, 'the request body is larger than 100 kB.'),
    ofStatus: (status, head) => {
      const code = CODE_BY_STATUS[status];
      return code === undefined ? undefined : answerCode(head, code, 'a fault of the sandbox');
    },
    internalError: (head, _world, explanation) => answerCode(head, 1000, explanation),
  },
};

/** Ids come as repeated keys or joined by commas; SDKs do either, whatever the page says. */
function splitUserIds(form: URLSearchParams): readonly string[] {
  return form.getAll('userId').flatMap((value) => value.split(',').filter((userId) => userId !== ''));
}

function requireNamedUsers({ form, account, refuse }: FormCall, most = Infinity): readonly UserRecord[] {
  return requireUsers(account, splitUserIds(form).slice(0, most), 'userId', refuse, (userId) =>
    refuse(1002, `user ${userId} does not exist: it must have got a token first.`),
  );
}

function readCount(form: URLSearchParams, name: string, missing: number, refuse: FormCall['refuse']): number {
  const text = form.get(name) ?? '';
  if (text === '') return missing;
  if (!/^\d{1,9}$/.test(text)) throw refuse(1002, `${name} must be a whole number.`);
  return Number(text);
}

function makeToken(appKey: string, randomBytes: RandomBytes): string {
  const prefix = createHash('sha256').update(appKey).digest('hex').slice(0, 4);
  return `${randomBase64(randomBytes, 36)}@${prefix}.cn.rongnav.com;${prefix}.cn.rongcfg.com`;
}

function explainMissingUserId(body: string): string {
  if (!/^\s*[[{]/.test(body)) return 'userId is required.';
  return (
    'userId is required. The body looks like JSON, but this call reads form fields (application/x-www-form-urlencoded): ' +
    'send userId=...&name=..., in JavaScript new URLSearchParams({ userId, name }) in place of the plain object.'
  );
}

function explainUnknownPath(path: string): string {
  const xml = path.endsWith('.xml') ? ' Only .json is served.' : '';
  return (
    `there is no call ${path}.${xml} The sandbox serves RongCloud (${CALLS.map((call) => call.path).join(', ')}), ` +
    'Nexconn (/v4/...) and Easemob (/{org}/{app}/...), and its controls under /_sandbox.'
  );
}

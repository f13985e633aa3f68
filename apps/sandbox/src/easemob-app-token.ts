import type { IncomingHttpHeaders } from 'node:http';

import type { EasemobErrorName } from '@immint/contracts/easemob';

import type { Account } from './account.ts';
import { easemobRefusal } from './easemob-error.ts';
import type { ProviderCall, World } from './provider-call.ts';
import { endOfToken } from './token-life.ts';

/** What can be wrong with the `Authorization` of a call that needs an app token. */
type BearerTrouble = 'absent' | 'malformed' | 'unknown' | 'ended' | 'user-token' | 'other-app';

/** Which error and text a family of calls has for each trouble. */
export type BearerRefusals = Readonly<Record<BearerTrouble, readonly [EasemobErrorName, string]>>;

const CORRUPT = ['401 auth_bad_access_token', 'Unable to authenticate due to corrupt access token'] as const;
const OAUTH = ['401 unauthorized', 'Unable to authenticate (OAuth)'] as const;
const EXPIRED = ['401 unauthorized', 'Unable to authenticate due to expired access token'] as const;
const NOT_OURS = ['401 auth_bad_access_token', 'Unable to authenticate'] as const;

/** On the token path. Source: doc.easemob.com/product/easemob_user_token.html */
export const TOKEN_PATH_REFUSALS: BearerRefusals = {
  absent: OAUTH,
  malformed: OAUTH,
  unknown: OAUTH,
  ended: OAUTH,
  'user-token': CORRUPT,
  'other-app': CORRUPT,
};

/** On registration. Source: doc.easemob.com/document/server-side/account_system.html */
export const REGISTER_REFUSALS: BearerRefusals = {
  ...TOKEN_PATH_REFUSALS,
  absent: ['401 unauthorized', "Open registration doesn't allow, so register user need token"],
};

/** On every other call. Source: doc.easemob.com/document/server-side/error.html */
export const GENERAL_REFUSALS: BearerRefusals = {
  absent: EXPIRED,
  malformed: CORRUPT,
  unknown: NOT_OURS,
  ended: EXPIRED,
  'user-token': CORRUPT,
  'other-app': CORRUPT,
};

const HINTS: Readonly<Record<BearerTrouble, string>> = {
  absent: 'send Authorization: Bearer <app token>, got with grant_type client_credentials',
  malformed: 'an app token looks like YWMt and base64url; nothing else may follow Bearer',
  unknown: 'this sandbox never issued that token, or was reset since',
  ended: 'the app token has expired: get a new one with grant_type client_credentials',
  'user-token': 'this is a user token; the call needs an app token',
  'other-app': 'this app token belongs to another org or app',
};

/** Lets the call pass only with a good app token of this account. @throws Refusal */
export function requireAppToken(call: ProviderCall, account: Account, world: World, refusals: BearerRefusals): void {
  const trouble = troubleOf(call.headers, account, world);
  if (trouble === null) return;
  const [name, description] = refusals[trouble];
  throw easemobRefusal(name, description, world, HINTS[trouble]);
}

function troubleOf(headers: IncomingHttpHeaders, account: Account, { state }: World): BearerTrouble | null {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization?.trim() ?? '')?.[1];
  if (headers.authorization === undefined) return 'absent';
  if (bearer === undefined || !/^YWMt[\w-]+$/.test(bearer)) return 'malformed';
  const record = account.tokens.get(bearer);
  if (record === undefined) {
    const isOfOther = state.accounts().some(({ tokens }) => tokens.has(bearer));
    return isOfOther ? 'other-app' : 'unknown';
  }
  if (record.userId !== null) return 'user-token';
  return endOfToken(account, record, state.nowMs()) === null ? null : 'ended';
}

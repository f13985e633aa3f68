import type { IncomingHttpHeaders } from 'node:http';

import type { Account } from './account.ts';
import { type AgoraToken, isAgoraToken, readAgoraToken } from './easemob-agora-token.ts';
import { easemobRefusal, type SandboxErrorName } from './easemob-error.ts';
import type { ProviderCall, World } from './provider-call.ts';
import { endOfToken } from './token-life.ts';

/** What can be wrong with the `Authorization` of a call that needs an app token. */
type BearerTrouble = 'absent' | 'malformed' | 'unknown' | 'ended' | 'user-token' | 'other-app';

/** Which error and text a family of calls has for each trouble. */
export type BearerRefusals = Readonly<Record<BearerTrouble, readonly [SandboxErrorName, string]>>;

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
  'other-app': ['401 unauthorized', 'token is illegal.'],
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
  if (headers.authorization === undefined) return 'absent';
  const bearer = readBearer(headers);
  if (bearer !== null && isAgoraToken(bearer)) return troubleOfAgora(bearer, account, state.nowMs());
  if (bearer === null || !/^YWMt[\w-]+$/.test(bearer)) return 'malformed';
  const record = account.tokens.get(bearer);
  if (record === undefined) {
    const isOfOther = state.accounts().some(({ tokens }) => tokens.has(bearer));
    return isOfOther ? 'other-app' : 'unknown';
  }
  if (record.userId !== null) return 'user-token';
  return endOfToken(account, record, state.nowMs()) === null ? null : 'ended';
}

/** What stands after `Bearer`; null when the header is missing or looks otherwise. */
export function readBearer(headers: IncomingHttpHeaders): string | null {
  return /^Bearer +(\S+)$/i.exec(headers.authorization?.trim() ?? '')?.[1] ?? null;
}

// The Java SDK 2.x sends Agora's token as it is, without exchanging it.
function troubleOfAgora(bearer: string, account: Account, nowMs: number): BearerTrouble | null {
  const token = readAgoraTokenOf(account, bearer);
  if (token === null) return 'unknown';
  if (!token.isAppToken) return 'user-token';
  return token.expiresAtMs > nowMs ? null : 'ended';
}

/** An Agora token, if it is one of this account's; an account without both halves of an Agora app has none. */
export function readAgoraTokenOf({ record }: Account, token: string): AgoraToken | null {
  const { agoraAppId: appId, agoraAppCertificate: appCertificate } = record.settings;
  return appId === null || appCertificate === null ? null : readAgoraToken(token, { appId, appCertificate });
}

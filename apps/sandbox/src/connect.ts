import { type DynamicTokenJudge, verifyDynamicToken } from '@immint/signer';

import type { Account, UserRecord } from './account.ts';
import { isBanned } from './app-key-users.ts';
import { isAgoraToken } from './easemob-agora-token.ts';
import { readAgoraTokenOf } from './easemob-app-token.ts';
import { endOfToken, type TokenEnd } from './token-life.ts';

/** Why the IM service turns a token away at login. */
type ConnectReason = 'invalid' | TokenEnd | 'banned';

export type ConnectVerdict =
  | { readonly ok: true; readonly userId: string }
  | { readonly ok: false; readonly reason: ConnectReason };

/** Judges a token as the provider's IM service would when a client logs in with it. */
export function judgeToken(account: Account, token: string, nowMs: number): ConnectVerdict {
  const record = account.tokens.get(token);
  if (record === undefined) return judgeForeignToken(account, token, nowMs);
  const user = record.userId === null ? undefined : account.users.get(record.userId);
  if (user === undefined) return refuse('invalid');
  const end = endOfToken(account, record, nowMs);
  return end === null ? judgeUser(user, nowMs) : refuse(end);
}

/** A token that was not issued here: of Easemob there are two kinds for which their signature speaks. */
function judgeForeignToken(account: Account, token: string, nowMs: number): ConnectVerdict {
  return isAgoraToken(token) ? judgeAgoraToken(account, token, nowMs) : judgeDynamicToken(account, token, nowMs);
}

/** Easemob's self-signed token. */
function judgeDynamicToken({ record, users }: Account, token: string, nowMs: number): ConnectVerdict {
  const { appKey, clientId, secret: clientSecret } = record;
  if (clientId === null) return refuse('invalid');
  const judge: DynamicTokenJudge = { appKey, clientId, clientSecret, nowSeconds: Math.floor(nowMs / 1_000) };
  const verdict = verifyDynamicToken(token, judge);
  if (!verdict.ok) return refuse(verdict.code === 'TOKEN_EXPIRED' ? 'expired' : 'invalid');
  const { userId, issuedAtSeconds } = verdict.content;
  // A token tells only the second in which it was made: one of the same second as the new password is believed.
  return judgeBySignature(users.get(userId.toLowerCase()), issuedAtSeconds * 1_000 + 999, nowMs);
}

/** The token of an app that is run through Agora: it names its user by UUID. */
function judgeAgoraToken(account: Account, token: string, nowMs: number): ConnectVerdict {
  const content = readAgoraTokenOf(account, token);
  if (content === null || content.userUuid === null) return refuse('invalid');
  if (content.expiresAtMs <= nowMs) return refuse('expired');
  const user = [...account.users.values()].find(({ uuid }) => uuid === content.userUuid);
  return judgeBySignature(user, content.issuedAtMs + 999, nowMs);
}

function judgeBySignature(user: UserRecord | undefined, issuedAtMs: number, nowMs: number): ConnectVerdict {
  if (user === undefined) return refuse('invalid');
  if (user.revokedBeforeMs !== null && issuedAtMs < user.revokedBeforeMs) return refuse('revoked');
  return judgeUser(user, nowMs);
}

function judgeUser(user: UserRecord, nowMs: number): ConnectVerdict {
  return user.activated && !isBanned(user, nowMs) ? { ok: true, userId: user.userId } : refuse('banned');
}

function refuse(reason: ConnectReason): ConnectVerdict {
  return { ok: false, reason };
}

import { type DynamicTokenJudge, verifyDynamicToken } from '@immint/signer';

import type { Account, UserRecord } from './account.ts';
import { isBanned } from './app-key-users.ts';
import { endOfToken, type TokenEnd } from './token-life.ts';

/** Why the IM service turns a token away at login. */
type ConnectReason = 'invalid' | TokenEnd | 'banned';

export type ConnectVerdict =
  | { readonly ok: true; readonly userId: string }
  | { readonly ok: false; readonly reason: ConnectReason };

/** Judges a token as the provider's IM service would when a client logs in with it. */
export function judgeToken(account: Account, token: string, nowMs: number): ConnectVerdict {
  const record = account.tokens.get(token);
  if (record === undefined) return judgeDynamicToken(account, token, nowMs);
  const user = record.userId === null ? undefined : account.users.get(record.userId);
  if (user === undefined) return refuse('invalid');
  const end = endOfToken(account, record, nowMs);
  return end === null ? judgeUser(user, nowMs) : refuse(end);
}

/** Easemob's self-signed token was never issued by anyone here: only its signature speaks for it. */
function judgeDynamicToken({ record, users }: Account, token: string, nowMs: number): ConnectVerdict {
  const { appKey, clientId, secret: clientSecret } = record;
  if (clientId === null) return refuse('invalid');
  const judge: DynamicTokenJudge = { appKey, clientId, clientSecret, nowSeconds: Math.floor(nowMs / 1_000) };
  const verdict = verifyDynamicToken(token, judge);
  if (!verdict.ok) return refuse(verdict.code === 'TOKEN_EXPIRED' ? 'expired' : 'invalid');
  const user = users.get(verdict.content.userId.toLowerCase());
  return user === undefined ? refuse('invalid') : judgeUser(user, nowMs);
}

function judgeUser(user: UserRecord, nowMs: number): ConnectVerdict {
  return user.activated && !isBanned(user, nowMs) ? { ok: true, userId: user.userId } : refuse('banned');
}

function refuse(reason: ConnectReason): ConnectVerdict {
  return { ok: false, reason };
}

import type { EasemobSettings } from '@immint/contracts';
import {
  EasemobInheritTokenRequest,
  EasemobPasswordTokenRequest,
  EasemobUserTokenReply,
} from '@immint/contracts/easemob';
import { Secret } from '@immint/secrets';

import type { IssuedToken, IssueTokenRequest } from './chat-provider.ts';
import { type EasemobSent, readEasemob } from './easemob-error.ts';
import { readLifetime, toWireTtl } from './easemob-lifetime.ts';
import { ProviderError } from './provider-error.ts';
import { unreadable } from './read-json.ts';
import type { ProviderReply } from './request.ts';
import { readRequest } from './strict-request.ts';

/** A call for a user token. Its lifetime is always sent: the pages disagree on what leaving it out means. */
export type UserTokenRequest = (EasemobInheritTokenRequest | EasemobPasswordTokenRequest) & { readonly ttl: number };

/** @throws ProviderError bad-request, user-id-refused */
export const toUserTokenRequest = (
  { userId, ttlSeconds, password }: IssueTokenRequest,
  settings: EasemobSettings,
): UserTokenRequest => {
  if (ttlSeconds === 0 && !settings.allowPermanentTokens) {
    throw new ProviderError('bad-request', {
      detail: 'A permanent token was asked for, which this app does not allow.',
    });
  }
  const ttl = toWireTtl(ttlSeconds ?? settings.defaultTtlSeconds, settings);
  const asked = { username: userId, ttl };
  if (password === undefined) {
    const { autoCreateUser } = settings;
    return { ...readRequest(EasemobInheritTokenRequest, { grant_type: 'inherit', autoCreateUser, ...asked }), ttl };
  }
  const withPassword = { grant_type: 'password', password: password.reveal(), ...asked } as const;
  return { ...readRequest(EasemobPasswordTokenRequest, withPassword), ttl };
};

/**
 * The token of an answer, if it is one of the user that was asked for and the user is not banned.
 * @throws ProviderError
 */
export const readUserToken = (
  reply: ProviderReply,
  sent: EasemobSent,
  body: UserTokenRequest,
  settings: EasemobSettings,
): IssuedToken => {
  const { access_token: token, expires_in: expiresIn, user } = readEasemob(reply, sent, EasemobUserTokenReply);
  if (user.username !== body.username) throw unreadable(reply, 'It is about another user.');
  if (!user.activated) throw new ProviderError('user-banned', { httpStatus: reply.status });
  return { token: Secret.of(token), lifetime: readLifetime(reply, { expiresIn, sentTtl: body.ttl }, settings) };
};

import type { EasemobSettings } from '@immint/contracts';
import {
  EASEMOB_DATA_CENTERS,
  EASEMOB_PATHS,
  EASEMOB_SUCCESS_STATUS,
  EasemobAppKey,
  EasemobAppTokenReply,
  EasemobAppTokenRequest,
  EasemobAvatarUrl,
  EasemobFoldableUserId,
  EasemobInheritTokenRequest,
  EasemobName,
  EasemobPasswordTokenRequest,
  type EasemobTokenRequest,
  EasemobUserId,
  EasemobUserTokenReply,
} from '@immint/contracts/easemob';
import { Secret } from '@immint/secrets';

import { readBaseUrl } from './base-url.ts';
import type {
  IssuedToken,
  IssueTokenRequest,
  ProviderAccount,
  ProviderAdapter,
  TokenLifetime,
} from './chat-provider.ts';
import { createAppTokenSource, type GivenAppToken } from './easemob-app-token.ts';
import { judgeEasemob } from './easemob-error.ts';
import { ProviderError } from './provider-error.ts';
import { readJson, readShape, unreadable } from './read-json.ts';
import type { ProviderReply } from './request.ts';
import { brokenRule, readRequest } from './strict-request.ts';

/** An app token opens everything, so it lives a day and not the two months that are the default. */
const APP_TOKEN_TTL_SECONDS = 86_400;

/** A century: more is no lifetime but a mistake in the unit or in the answer. */
const MAX_TTL_SECONDS = 3_155_760_000;

/** Easemob's REST API, as far as tokens go. Source: doc.easemob.com/product/easemob_user_token.html */
export const easemob: ProviderAdapter<EasemobSettings> = {
  name: 'easemob',
  displayName: 'Easemob',
  capabilities: { takesTtl: true, takesPassword: true, keepsProfile: false, secretRefreshKillsTokens: false },
  dataCenters: EASEMOB_DATA_CENTERS,

  canonicalUserId(userId, { userIdCase }) {
    const rule = brokenRule(EasemobUserId, userId);
    if (rule === undefined) return { ok: true, canonicalUserId: userId };
    const isOnlyCase = brokenRule(EasemobFoldableUserId, userId) === undefined;
    if (!isOnlyCase) return { ok: false, rule };
    if (userIdCase === 'fold') return { ok: true, canonicalUserId: userId.toLowerCase() };
    return {
      ok: false,
      rule: 'Easemob keeps user ids in lower case: write it so, or set userIdCase to fold for this app.',
    };
  },
  checkName: (name) => brokenRule(EasemobName, name),
  checkAvatarUrl: (avatarUrl) => brokenRule(EasemobAvatarUrl, avatarUrl),

  connect(account, { monotonicMs, transport }) {
    const { settings, secret } = account;
    const { clientId, origin, path } = readAccount(account);
    const unitsPerSecond = settings.ttlUnit === 'milliseconds' ? 1000 : 1;

    const post = (body: EasemobTokenRequest, authorization: Readonly<Record<string, string>>, signal: AbortSignal) => {
      const headers = { ...authorization, 'Content-Type': 'application/json', Accept: 'application/json' };
      return transport.post({ origin, path, headers, body: JSON.stringify(body) }, signal);
    };

    /** What the answer says of the lifetime; what was asked for is no evidence. */
    const readLifetime = (reply: ProviderReply, expiresIn: number, sentTtl: number): TokenLifetime => {
      if (expiresIn === 0 && sentTtl === 0) return { kind: 'permanent' };
      const ttlSeconds = Math.floor(expiresIn / unitsPerSecond);
      if (ttlSeconds < 1 || ttlSeconds > MAX_TTL_SECONDS) throw unreadable(reply, 'Its lifetime is out of range.');
      return { kind: 'known', ttlSeconds };
    };

    const askAppToken = async (signal: AbortSignal): Promise<GivenAppToken> => {
      const body = readRequest(EasemobAppTokenRequest, {
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: secret.reveal(),
        ttl: APP_TOKEN_TTL_SECONDS * unitsPerSecond,
      });
      const reply = await post(body, {}, signal);
      if (reply.status !== EASEMOB_SUCCESS_STATUS) throw judgeEasemob(reply, body.grant_type);
      const answer = readShape(reply, readJson(reply), EasemobAppTokenReply);
      const lifetime = readLifetime(reply, answer.expires_in, APP_TOKEN_TTL_SECONDS);
      if (lifetime.kind !== 'known') throw unreadable(reply, 'Its lifetime is out of range.');
      const { serverDateMs } = reply;
      return { token: Secret.of(answer.access_token), ttlSeconds: lifetime.ttlSeconds, serverDateMs };
    };

    const appTokens = createAppTokenSource(askAppToken, monotonicMs);

    const readUserToken = (reply: ProviderReply, body: UserTokenRequest): IssuedToken => {
      if (reply.status !== EASEMOB_SUCCESS_STATUS) throw judgeEasemob(reply, body.grant_type);
      const answer = readShape(reply, readJson(reply), EasemobUserTokenReply);
      if (answer.user.username !== body.username) throw unreadable(reply, 'It is about another user.');
      if (!answer.user.activated) throw new ProviderError('user-banned', { httpStatus: reply.status });
      const lifetime = readLifetime(reply, answer.expires_in, body.ttl);
      return { token: Secret.of(answer.access_token), lifetime };
    };

    const issueByUserId = async (body: UserTokenRequest, signal: AbortSignal): Promise<IssuedToken> => {
      const appToken = await appTokens.current(signal);
      const reply = await post(body, bearer(appToken), signal);
      if (reply.status !== 401) return readUserToken(reply, body);
      const newAppToken = await appTokens.replace(appToken, signal);
      return readUserToken(await post(body, bearer(newAppToken), signal), body);
    };

    return {
      async issueToken(request, signal) {
        const body = toUserTokenRequest(request, settings, unitsPerSecond);
        return body.grant_type === 'password'
          ? readUserToken(await post(body, {}, signal), body)
          : issueByUserId(body, signal);
      },
      profiles: undefined,
      checkCredentials: (signal) => appTokens.check(signal),
      close: () => transport.close(),
    };
  },
};

type UserTokenRequest = (EasemobInheritTokenRequest | EasemobPasswordTokenRequest) & { readonly ttl: number };

const bearer = (appToken: Secret): Readonly<Record<string, string>> => ({
  Authorization: `Bearer ${appToken.reveal()}`,
});

/** The lifetime is always sent: the pages disagree on what leaving it out means. */
const toUserTokenRequest = (
  { userId, ttlSeconds, password }: IssueTokenRequest,
  settings: EasemobSettings,
  unitsPerSecond: number,
): UserTokenRequest => {
  if (ttlSeconds === 0 && !settings.allowPermanentTokens) {
    throw new ProviderError('bad-request', {
      detail: 'A permanent token was asked for, which this app does not allow.',
    });
  }
  const ttl = (ttlSeconds ?? settings.defaultTtlSeconds) * unitsPerSecond;
  const { autoCreateUser } = settings;
  const body =
    password === undefined
      ? readRequest(EasemobInheritTokenRequest, { grant_type: 'inherit', username: userId, autoCreateUser, ttl })
      : readRequest(EasemobPasswordTokenRequest, {
          grant_type: 'password',
          username: userId,
          password: password.reveal(),
          ttl,
        });
  return { ...body, ttl };
};

/** @throws ProviderError bad-request */
const readAccount = ({ appKey, clientId, baseUrl }: ProviderAccount<EasemobSettings>) => {
  const rule = brokenRule(EasemobAppKey, appKey);
  if (rule !== undefined) throw new ProviderError('bad-request', { detail: rule });
  if (clientId === undefined) throw new ProviderError('bad-request', { detail: 'An Easemob app needs its client id.' });
  const [orgName = '', appName = ''] = appKey.split('#');
  const path = EASEMOB_PATHS.token.replace('{org_name}', orgName).replace('{app_name}', appName);
  return { clientId, origin: readBaseUrl(baseUrl), path };
};

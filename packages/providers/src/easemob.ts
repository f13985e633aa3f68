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
  EasemobName,
  type EasemobTokenRequest,
  EasemobUserId,
} from '@immint/contracts/easemob';
import { Secret } from '@immint/secrets';

import { readBaseUrl } from './base-url.ts';
import type { IssuedToken, ProviderAccount, ProviderAdapter } from './chat-provider.ts';
import { createAppTokenSource, type GivenAppToken } from './easemob-app-token.ts';
import { judgeEasemob } from './easemob-error.ts';
import { readLifetime, toWireTtl } from './easemob-lifetime.ts';
import { readUserToken, toUserTokenRequest, type UserTokenRequest } from './easemob-user-token.ts';
import { ProviderError } from './provider-error.ts';
import { readJson, readShape, unreadable } from './read-json.ts';
import type { ProviderReply } from './request.ts';
import { brokenRule, readRequest } from './strict-request.ts';

/** An app token opens everything, so it lives a day and not the two months that are the default. */
const APP_TOKEN_TTL_SECONDS = 86_400;

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

  connect(account, { monotonicMs, transport, appTokenMemory }) {
    const { settings } = account;
    const { origin, path, appTokenRequest } = readAccount(account);

    const post = (body: EasemobTokenRequest, signal: AbortSignal, appToken?: Secret): Promise<ProviderReply> => {
      const authorization = appToken === undefined ? {} : { Authorization: `Bearer ${appToken.reveal()}` };
      const headers = { ...authorization, 'Content-Type': 'application/json', Accept: 'application/json' };
      return transport.post({ origin, path, headers, body: JSON.stringify(body) }, signal);
    };

    const appTokens = createAppTokenSource(
      async (signal) => readAppToken(await post(appTokenRequest(), signal), settings),
      monotonicMs,
      appTokenMemory,
    );

    const issueByUserId = async (body: UserTokenRequest, signal: AbortSignal): Promise<IssuedToken> => {
      const appToken = await appTokens.current(signal);
      const reply = await post(body, signal, appToken);
      if (reply.status !== 401) return readUserToken(reply, body, settings);
      const newAppToken = await appTokens.replace(appToken, signal);
      return readUserToken(await post(body, signal, newAppToken), body, settings);
    };

    return {
      async issueToken(request, signal) {
        const body = toUserTokenRequest(request, settings);
        if (body.grant_type === 'inherit') return issueByUserId(body, signal);
        return readUserToken(await post(body, signal), body, settings);
      },
      profiles: undefined,
      checkCredentials: (signal) => appTokens.check(signal),
      close: () => transport.close(),
    };
  },
};

/** @throws ProviderError bad-request */
const readAccount = ({ appKey, clientId, secret, baseUrl, settings }: ProviderAccount<EasemobSettings>) => {
  const rule = brokenRule(EasemobAppKey, appKey);
  if (rule !== undefined) throw new ProviderError('bad-request', { detail: rule });
  if (clientId === undefined) throw new ProviderError('bad-request', { detail: 'An Easemob app needs its client id.' });
  const [orgName = '', appName = ''] = appKey.split('#');
  return {
    origin: readBaseUrl(baseUrl),
    path: EASEMOB_PATHS.token.replace('{org_name}', orgName).replace('{app_name}', appName),
    appTokenRequest: () =>
      readRequest(EasemobAppTokenRequest, {
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: secret.reveal(),
        ttl: toWireTtl(APP_TOKEN_TTL_SECONDS, settings),
      }),
  };
};

/** @throws ProviderError */
const readAppToken = (reply: ProviderReply, settings: EasemobSettings): GivenAppToken => {
  if (reply.status !== EASEMOB_SUCCESS_STATUS) throw judgeEasemob(reply, 'client_credentials');
  const { access_token: token, expires_in: expiresIn } = readShape(reply, readJson(reply), EasemobAppTokenReply);
  const lifetime = readLifetime(reply, { expiresIn, sentTtl: APP_TOKEN_TTL_SECONDS }, settings);
  if (lifetime.kind !== 'known') throw unreadable(reply, 'Its lifetime is out of range.');
  return { token: Secret.of(token), ttlSeconds: lifetime.ttlSeconds, serverDateMs: reply.serverDateMs };
};

import type { EasemobSettings } from '@immint/contracts';
import {
  EASEMOB_DATA_CENTERS,
  EASEMOB_PATHS,
  EASEMOB_RATES_PER_SECOND,
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

import { readOrigins } from './base-url.ts';
import { createCallContext, type CallContext } from './call-context.ts';
import { createCallRunner } from './call-runner.ts';
import type { IssuedToken, ProviderAccount, ProviderAdapter } from './chat-provider.ts';
import { createAppTokenSource, type GivenAppToken } from './easemob-app-token.ts';
import { judgeEasemob } from './easemob-error.ts';
import { readLifetime, toWireTtl } from './easemob-lifetime.ts';
import { readUserToken, toUserTokenRequest, type UserTokenRequest } from './easemob-user-token.ts';
import { ProviderError } from './provider-error.ts';
import { readJson, readShape, unreadable } from './read-json.ts';
import type { ProviderReply } from './request.ts';
import { ratesOf } from './rate-groups.ts';
import { brokenRule, readRequest } from './strict-request.ts';
import { NO_USER_CALLS } from './user-calls.ts';

/** An app token opens everything, so it lives a day and not the two months that are the default. */
const APP_TOKEN_TTL_SECONDS = 86_400;

/** Easemob's REST API, as far as tokens go. Source: doc.easemob.com/product/easemob_user_token.html */
export const easemob: ProviderAdapter<EasemobSettings> = {
  name: 'easemob',
  displayName: 'Easemob',
  capabilities: (settings) => ({
    revokesTokens: false,
    usersPerRevoke: null,
    takesTtl: true,
    ttlUnit: settings.ttlUnit,
    takesPassword: true,
    keepsProfile: false,
    oldTokensStayValid: true,
    secretRefreshKillsTokens: settings.secretRefreshKillsTokens,
    foldsUserIdCase: true,
    ratesPerSecond: ratesOf(EASEMOB_RATES_PER_SECOND, settings),
    bansForMinutes: false,
    userCalls: [],
  }),
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

  connect(account, dependencies) {
    const { settings } = account;
    const { monotonicMs, transport, appTokenMemory } = dependencies;
    const { path, appTokenRequest } = readAccount(account);
    const rates = ratesOf(EASEMOB_RATES_PER_SECOND, settings);
    const runner = createCallRunner({ origins: readOrigins(account), ...dependencies });

    const askForToken = <Result>(
      body: EasemobTokenRequest,
      context: CallContext,
      read: (reply: ProviderReply) => Result,
      appToken?: Secret,
    ): Promise<Result> => {
      const authorization = appToken === undefined ? {} : { Authorization: `Bearer ${appToken.reveal()}` };
      const headers = { ...authorization, 'Content-Type': 'application/json', Accept: 'application/json' };
      const group = { name: 'token', perSecond: rates.token };
      const build = () => ({ headers, body: JSON.stringify(body) });
      return runner.run({ group, method: 'POST', path, isIdempotent: false, build, read }, context);
    };

    const appTokens = createAppTokenSource(
      (timeoutMs) =>
        askForToken(appTokenRequest(), createCallContext(timeoutMs, { monotonicMs }), (reply) =>
          readAppToken(reply, settings),
        ),
      monotonicMs,
      appTokenMemory,
    );

    const issueByUserId = async (body: UserTokenRequest, context: CallContext): Promise<IssuedToken> => {
      const appToken = await appTokens.current(context.signal);
      const issued = await askForToken(
        body,
        context,
        (reply) => (reply.status === 401 ? undefined : readUserToken(reply, body, settings)),
        appToken,
      );
      if (issued !== undefined) return issued;
      const newAppToken = await appTokens.replace(appToken, context.signal);
      return askForToken(body, context, (reply) => readUserToken(reply, body, settings), newAppToken);
    };

    return {
      async issueToken(request, context) {
        const body = toUserTokenRequest(request, settings);
        if (body.grant_type === 'inherit') return issueByUserId(body, context);
        return askForToken(body, context, (reply) => readUserToken(reply, body, settings));
      },
      profiles: undefined,
      revocation: undefined,
      users: NO_USER_CALLS,
      checkCredentials: ({ signal }) => appTokens.check(signal),
      close: () => transport.close(),
    };
  },
};

/** @throws ProviderError bad-request */
const readAccount = ({ appKey, clientId, secret, settings }: ProviderAccount<EasemobSettings>) => {
  const rule = brokenRule(EasemobAppKey, appKey);
  if (rule !== undefined) throw new ProviderError('bad-request', { detail: rule });
  if (clientId === undefined) throw new ProviderError('bad-request', { detail: 'An Easemob app needs its client id.' });
  const [orgName = '', appName = ''] = appKey.split('#');
  return {
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

import type { EasemobSettings } from '@immint/contracts';
import {
  EASEMOB_DATA_CENTERS,
  EASEMOB_RATES_PER_SECOND,
  EasemobAppKey,
  EasemobAppTokenReply,
  EasemobAppTokenRequest,
  EasemobAvatarUrl,
  EasemobFoldableUserId,
  EasemobName,
  EasemobUserId,
} from '@immint/contracts/easemob';
import { Secret } from '@immint/secrets';

import { createAppTokenLedgerInMemory } from './app-token-ledger-in-memory.ts';
import { createAppTokenMemory } from './app-token-memory.ts';
import type { AskForAppToken, GivenAppToken } from './app-token-turn.ts';
import { readOrigins } from './base-url.ts';
import { type CallContext, createCallContext } from './call-context.ts';
import { createCallRunner } from './call-runner.ts';
import type { IssuedToken, IssueTokenRequest, ProviderAccount, ProviderAdapter } from './chat-provider.ts';
import { createAppTokenSource } from './easemob-app-token.ts';
import { createAskEasemob, createAskEasemobWith } from './easemob-call.ts';
import { signDynamicToken } from './easemob-dynamic-token.ts';
import { type EasemobSent, readEasemob } from './easemob-error.ts';
import { readLifetime, toWireTtl } from './easemob-lifetime.ts';
import { newEasemobPassword } from './easemob-password.ts';
import { toEasemobPath } from './easemob-path.ts';
import { createEasemobRevocation } from './easemob-revocation.ts';
import { readUserToken, toUserTokenRequest } from './easemob-user-token.ts';
import { createEasemobUsers, EASEMOB_USER_CALLS } from './easemob-users.ts';
import { ProviderError } from './provider-error.ts';
import { unreadable } from './read-json.ts';
import type { ProviderReply } from './request.ts';
import { ratesOf } from './rate-groups.ts';
import { brokenRule, readRequest } from './strict-request.ts';

/** An app token opens everything, so it lives a day and not the two months that are the default. */
const APP_TOKEN_TTL_SECONDS = 86_400;

/** Easemob's REST API, as far as tokens go. Source: doc.easemob.com/product/easemob_user_token.html */
export const easemob: ProviderAdapter<EasemobSettings> = {
  name: 'easemob',
  displayName: 'Easemob',
  capabilities: (settings) => ({
    revokesTokens: settings.revokeBy !== 'nothing',
    usersPerRevoke: settings.revokeBy === 'nothing' ? null : 1,
    takesTtl: true,
    ttlUnit: settings.ttlUnit,
    takesPassword: true,
    keepsProfile: false,
    oldTokensStayValid: true,
    // What is signed with the old secret does not verify with the new one.
    secretRefreshKillsTokens: settings.secretRefreshKillsTokens || settings.tokenMode === 'dynamic',
    foldsUserIdCase: true,
    ratesPerSecond: ratesOf(EASEMOB_RATES_PER_SECOND, settings),
    bansForMinutes: false,
    userCalls: [...EASEMOB_USER_CALLS],
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
    const { monotonicMs, nowMs, randomBytes, transport } = dependencies;
    const { clientId, names } = readAccount(account);
    const runner = createCallRunner({ origins: readOrigins(account), ...dependencies });
    const askWith = createAskEasemobWith(runner, settings);
    const token = { name: 'token', method: 'POST', path: toEasemobPath('token', names), isIdempotent: false } as const;

    const readGiven = (reply: ProviderReply, sent: EasemobSent) => readAppToken(reply, sent, settings);
    const askForAppToken: AskForAppToken = ({ timeoutMs, ...how }) => {
      const body = toAppTokenRequest({ ...account, clientId });
      const call = { ...token, kind: body.grant_type, body, read: readGiven };
      const context = { ...createCallContext(timeoutMs, { monotonicMs }), ...how };
      return askWith(call, context, undefined);
    };
    const memory = dependencies.appTokenMemory ?? createAppTokenMemory(createAppTokenLedgerInMemory(monotonicMs));
    const { observe } = dependencies;
    const appTokens = createAppTokenSource(askForAppToken, { memory, place: account.baseUrl, monotonicMs, observe });
    const ask = createAskEasemob(askWith, appTokens);
    const users = createEasemobUsers(ask, names);
    const newPassword = () => newEasemobPassword(randomBytes);

    const issueByCall = async (request: IssueTokenRequest, context: CallContext): Promise<IssuedToken> => {
      const body = toUserTokenRequest(request, settings);
      const read = (reply: ProviderReply, sent: EasemobSent) => readUserToken(reply, sent, body, settings);
      const call = { ...token, kind: body.grant_type, body, read };
      return body.grant_type === 'inherit' ? ask(call, context) : askWith(call, context, undefined);
    };

    const issueBySigning = async (request: IssueTokenRequest, context: CallContext): Promise<IssuedToken> => {
      const sign = () => signDynamicToken(request, { ...account, clientId, nowMs });
      if (!request.isFirst || !settings.dynamicTokenEnsuresUser) return sign();
      // What cannot be signed is refused before anybody is made.
      sign();
      const [made] = await users.register([{ userId: request.userId, password: newPassword() }], context);
      if (made?.error !== undefined && made.error.kind !== 'user-exists') throw made.error;
      return sign();
    };

    return {
      // Only Easemob can tell whether a password is right, so it is asked in either mode.
      issueToken: (request, context) =>
        settings.tokenMode === 'dynamic' && request.password === undefined
          ? issueBySigning(request, context)
          : issueByCall(request, context),
      profiles: undefined,
      revocation: createEasemobRevocation(settings, users, newPassword),
      users,
      checkCredentials: ({ signal }) => appTokens.check(signal),
      close: () => transport.close(),
    };
  },
};

/** @throws ProviderError bad-request */
const readAccount = ({ appKey, clientId }: ProviderAccount<EasemobSettings>) => {
  const rule = brokenRule(EasemobAppKey, appKey);
  if (rule !== undefined) throw new ProviderError('bad-request', { detail: rule });
  if (clientId === undefined) throw new ProviderError('bad-request', { detail: 'An Easemob app needs its client id.' });
  const [orgName = '', appName = ''] = appKey.split('#');
  return { clientId, names: { org_name: orgName, app_name: appName } };
};

const toAppTokenRequest = ({
  clientId,
  secret,
  settings,
}: Pick<ProviderAccount<EasemobSettings>, 'secret' | 'settings'> & { readonly clientId: string }) =>
  readRequest(EasemobAppTokenRequest, {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: secret.reveal(),
    ttl: toWireTtl(APP_TOKEN_TTL_SECONDS, settings),
  });

/** @throws ProviderError */
const readAppToken = (reply: ProviderReply, sent: EasemobSent, settings: EasemobSettings): GivenAppToken => {
  const { access_token: token, expires_in: expiresIn } = readEasemob(reply, sent, EasemobAppTokenReply);
  const lifetime = readLifetime(reply, { expiresIn, sentTtl: toWireTtl(APP_TOKEN_TTL_SECONDS, settings) }, settings);
  if (lifetime.kind !== 'known') throw unreadable(reply, 'Its lifetime is out of range.');
  return { token: Secret.of(token), ttlSeconds: lifetime.ttlSeconds, serverDateMs: reply.serverDateMs };
};

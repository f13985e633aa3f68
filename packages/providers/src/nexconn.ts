import type { NexconnSettings } from '@immint/contracts';
import {
  NEXCONN_CODES,
  NEXCONN_DATA_CENTERS,
  NEXCONN_PATHS,
  NEXCONN_RATES_PER_SECOND,
  NEXCONN_SUCCESS_CODE,
  NEXCONN_USERS_PER_CALL,
  NexconnAvatarUrl,
  type NexconnCode,
  NexconnErrorBody,
  NexconnIssueTokenReply,
  NexconnIssueTokenRequest,
  NexconnLegacyUserId,
  NexconnListBannedReply,
  NexconnListBannedRequest,
  NexconnName,
  NexconnReadUserReply,
  NexconnReadUserRequest,
  NexconnUpdateUserReply,
  NexconnUpdateUserRequest,
  NexconnUserId,
} from '@immint/contracts/nexconn';
import { Secret } from '@immint/secrets';
import type { z } from 'zod';

import { readOrigins } from './base-url.ts';
import type { CallContext } from './call-context.ts';
import { createCallRunner } from './call-runner.ts';
import type { ProviderAdapter } from './chat-provider.ts';
import { toLifetime } from './console-lifetime.ts';
import { ProviderError, type ProviderErrorKind } from './provider-error.ts';
import { judgeByStatus, NEXT_SECOND_MS, readJson, readShape, unreadable } from './read-json.ts';
import type { ProviderReply } from './request.ts';
import { ratesOf } from './rate-groups.ts';
import { createSignBody, type TypedBody } from './signed-body.ts';
import { brokenRule, readRequest, refuseUnsupported } from './strict-request.ts';
import { NO_USER_CALLS } from './user-calls.ts';

/** What each documented code means for the calls that are made here; `broke-contract` for codes of other calls. */
const KIND_BY_CODE = {
  0: 'broke-contract',
  400: 'user-unknown',
  404: 'bad-request',
  1000: 'bad-request',
  1001: 'credentials-refused',
  1002: 'bad-request',
  1003: 'bad-request',
  1004: 'credentials-refused',
  1005: 'bad-request',
  1006: 'app-unavailable',
  1007: 'app-unavailable',
  1008: 'rate-limited',
  1009: 'app-unavailable',
  1010: 'app-unavailable',
  1011: 'app-unavailable',
  1015: 'broke-contract',
  1016: 'broke-contract',
  1018: 'broke-contract',
  1050: 'failed',
  2007: 'user-limit-reached',
} as const satisfies Record<NexconnCode, ProviderErrorKind>;

const USER_IDS = { documented: NexconnUserId, legacy: NexconnLegacyUserId } as const;

/** Nexconn's Server API with JSON bodies under `/v4`. Source: docs.nexconn.ai/platform-chat-api */
export const nexconn: ProviderAdapter<NexconnSettings> = {
  name: 'nexconn',
  displayName: 'Nexconn',
  capabilities: (settings) => ({
    revokesTokens: true,
    usersPerRevoke: NEXCONN_USERS_PER_CALL.expireTokens,
    takesTtl: false,
    ttlUnit: null,
    takesPassword: false,
    keepsProfile: true,
    oldTokensStayValid: true,
    secretRefreshKillsTokens: true,
    foldsUserIdCase: false,
    ratesPerSecond: ratesOf(NEXCONN_RATES_PER_SECOND, settings),
    userCalls: [],
  }),
  dataCenters: NEXCONN_DATA_CENTERS,

  canonicalUserId(userId, { userIdCharset }) {
    const rule = brokenRule(USER_IDS[userIdCharset], userId);
    return rule === undefined ? { ok: true, canonicalUserId: userId } : { ok: false, rule };
  },
  checkName: (name) => brokenRule(NexconnName, name),
  checkAvatarUrl: (avatarUrl) => brokenRule(NexconnAvatarUrl, avatarUrl),

  connect(account, dependencies) {
    const { settings } = account;
    const userId = USER_IDS[settings.userIdCharset];
    const sign = createSignBody(account, dependencies);
    const rates = ratesOf(NEXCONN_RATES_PER_SECOND, settings);
    const runner = createCallRunner({ origins: readOrigins(account), ...dependencies });

    const ask = <Result>(
      name: keyof typeof NEXCONN_PATHS,
      fields: object,
      context: CallContext,
      read: (reply: ProviderReply) => Result,
    ): Promise<Result> =>
      runner.run(
        {
          group: { name, perSecond: rates[name] },
          method: 'POST',
          path: NEXCONN_PATHS[name],
          isIdempotent: name !== 'issueToken',
          build: () => sign(toJson(fields)),
          read,
        },
        context,
      );

    return {
      async issueToken(request, context) {
        refuseUnsupported(request);
        const body = readRequest(NexconnIssueTokenRequest.extend({ userId }), {
          userId: request.userId,
          name: request.name,
          avatarUrl: request.avatarUrl,
        });
        return ask('issueToken', body, context, (reply) => {
          const { result } = readAnswer(reply, NexconnIssueTokenReply);
          if (result.userId !== request.userId) throw unreadable(reply, 'It is about another user.');
          return { token: Secret.of(result.accessToken), lifetime: toLifetime(settings.tokenLifetime) };
        });
      },

      profiles: {
        async read(id, context) {
          const body = readRequest(NexconnReadUserRequest.extend({ userId }), { userId: id });
          const { result } = await ask('readUser', body, context, (reply) => readAnswer(reply, NexconnReadUserReply));
          return { name: result.name || id, ...(result.avatarUrl ? { avatarUrl: result.avatarUrl } : {}) };
        },
        async update(id, { name, avatarUrl }, context) {
          const body = readRequest(NexconnUpdateUserRequest.extend({ userId }), { userId: id, name, avatarUrl });
          await ask('updateUser', body, context, (reply) => readAnswer(reply, NexconnUpdateUserReply));
        },
      },

      revocation: undefined,
      users: NO_USER_CALLS,

      async checkCredentials(context) {
        // One user a page, because the list of all could be longer than what is read of an answer.
        const body = readRequest(NexconnListBannedRequest, { page: 1, pageSize: 1 });
        return ask('listBanned', body, context, (reply) => {
          readAnswer(reply, NexconnListBannedReply);
          return { serverDateMs: reply.serverDateMs, isRemembered: false };
        });
      },

      close: () => dependencies.transport.close(),
    };
  },
};

const toJson = (fields: object): TypedBody => ({ contentType: 'application/json', text: JSON.stringify(fields) });

/** An answer's `code` counts first, its HTTP status second, its shape third. */
const readAnswer = <Schema extends z.ZodType>(reply: ProviderReply, schema: Schema): z.output<Schema> => {
  const body = readJson(reply);
  const error = readShape(reply, body, NexconnErrorBody);
  if (error.code !== NEXCONN_SUCCESS_CODE) throw judge(reply, error);
  if (reply.status !== 200) throw unreadable(reply, 'It says success under the HTTP status of a failure.');
  return readShape(reply, body, schema);
};

const judge = (reply: ProviderReply, error: NexconnErrorBody): ProviderError => {
  const { code } = error;
  const facts = { httpStatus: reply.status, providerCode: String(code) };
  if (!isDocumented(code)) return judgeByStatus(reply) ?? new ProviderError('unknown-code', facts);
  // The one code for wrong parameters and for inner failures: only the HTTP status tells them apart.
  if (code === 1000 && reply.status >= 500) return new ProviderError('failed', facts);
  if (code === 1002 && namesAppKey(error)) return new ProviderError('credentials-refused', facts);
  const kind = KIND_BY_CODE[code];
  return kind === 'rate-limited'
    ? new ProviderError(kind, { retryAfterMs: reply.retryAfterMs ?? NEXT_SECOND_MS, ...facts })
    : new ProviderError(kind, facts);
};

const isDocumented = (code: number): code is NexconnCode => Object.hasOwn(NEXCONN_CODES, code);

/** The same hosts answer 1002 for an unknown App Key under RongCloud's paths, and name it in the text. */
const namesAppKey = ({ errorMessage }: NexconnErrorBody): boolean => /app[- ]?key/i.test(errorMessage ?? '');

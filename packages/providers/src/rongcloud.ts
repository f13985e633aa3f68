import type { RongCloudSettings } from '@immint/contracts';
import {
  RONGCLOUD_CODES,
  RONGCLOUD_DATA_CENTERS,
  RONGCLOUD_PATHS,
  RONGCLOUD_RATES_PER_SECOND,
  RONGCLOUD_SUCCESS_CODE,
  RONGCLOUD_USERS_PER_CALL,
  RongCloudAvatarUrl,
  type RongCloudCode,
  RongCloudErrorBody,
  RongCloudIssueTokenReply,
  RongCloudIssueTokenRequest,
  RongCloudLegacyUserId,
  RongCloudListBannedReply,
  RongCloudListBannedRequest,
  RongCloudName,
  RongCloudReadUserReply,
  RongCloudReadUserRequest,
  RongCloudUpdateUserReply,
  RongCloudUpdateUserRequest,
  RongCloudUserId,
} from '@immint/contracts/rongcloud';
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
  200: 'broke-contract',
  404: 'bad-request',
  1000: 'failed',
  1001: 'credentials-refused',
  1002: 'bad-request',
  1003: 'bad-request',
  1004: 'credentials-refused',
  1005: 'bad-request',
  1006: 'app-unavailable',
  1007: 'app-unavailable',
  1008: 'rate-limited',
  1009: 'app-unavailable',
  1010: 'broke-contract',
  1011: 'broke-contract',
  1012: 'broke-contract',
  1013: 'broke-contract',
  1014: 'broke-contract',
  1015: 'broke-contract',
  1016: 'broke-contract',
  1017: 'broke-contract',
  1018: 'broke-contract',
  1019: 'broke-contract',
  1050: 'failed',
  1501: 'bad-request',
  1502: 'bad-request',
  1508: 'bad-request',
  2007: 'user-limit-reached',
} as const satisfies Record<RongCloudCode, ProviderErrorKind>;

const USER_IDS = { documented: RongCloudUserId, legacy: RongCloudLegacyUserId } as const;

/** RongCloud's Server API with form bodies. Source: docs.rongcloud.io/platform-chat-api */
export const rongcloud: ProviderAdapter<RongCloudSettings> = {
  name: 'rongcloud',
  displayName: 'RongCloud',
  capabilities: (settings) => ({
    revokesTokens: true,
    usersPerRevoke: RONGCLOUD_USERS_PER_CALL.expireTokens,
    takesTtl: false,
    ttlUnit: null,
    takesPassword: false,
    keepsProfile: true,
    oldTokensStayValid: true,
    secretRefreshKillsTokens: true,
    foldsUserIdCase: false,
    ratesPerSecond: ratesOf(RONGCLOUD_RATES_PER_SECOND, settings),
    userCalls: [],
  }),
  dataCenters: RONGCLOUD_DATA_CENTERS,

  canonicalUserId(userId, { userIdCharset }) {
    const rule = brokenRule(USER_IDS[userIdCharset], userId);
    return rule === undefined ? { ok: true, canonicalUserId: userId } : { ok: false, rule };
  },
  checkName: (name) => brokenRule(RongCloudName, name),
  checkAvatarUrl: (avatarUrl) => brokenRule(RongCloudAvatarUrl, avatarUrl),

  connect(account, dependencies) {
    const { settings } = account;
    const userId = USER_IDS[settings.userIdCharset];
    const sign = createSignBody(account, dependencies);
    const rates = ratesOf(RONGCLOUD_RATES_PER_SECOND, settings);
    const runner = createCallRunner({ origins: readOrigins(account), ...dependencies });

    const ask = <Result>(
      name: keyof typeof RONGCLOUD_PATHS,
      form: FormFields,
      context: CallContext,
      read: (reply: ProviderReply) => Result,
    ): Promise<Result> =>
      runner.run(
        {
          group: { name, perSecond: rates[name] },
          method: 'POST',
          path: RONGCLOUD_PATHS[name],
          isIdempotent: name !== 'issueToken',
          build: () => sign(toForm(form)),
          read,
        },
        context,
      );

    return {
      async issueToken(request, context) {
        refuseUnsupported(request);
        const form = readRequest(RongCloudIssueTokenRequest.extend({ userId }), {
          userId: request.userId,
          name: request.name,
          portraitUri: request.avatarUrl,
        });
        return ask('issueToken', form, context, (reply) => {
          const answer = readAnswer(reply, RongCloudIssueTokenReply);
          if (answer.userId !== request.userId) throw unreadable(reply, 'It is about another user.');
          return { token: Secret.of(answer.token), lifetime: toLifetime(settings.tokenLifetime) };
        });
      },

      profiles: {
        async read(id, context) {
          const form = readRequest(RongCloudReadUserRequest.extend({ userId }), { userId: id });
          const { userName, userPortrait } = await ask('readUser', form, context, (reply) =>
            readAnswer(reply, RongCloudReadUserReply),
          );
          return { name: userName || id, ...(userPortrait ? { avatarUrl: userPortrait } : {}) };
        },
        async update(id, { name, avatarUrl }, context) {
          const profile = { userId: id, name, portraitUri: avatarUrl };
          const form = readRequest(RongCloudUpdateUserRequest.extend({ userId }), profile);
          await ask('updateUser', form, context, (reply) => readAnswer(reply, RongCloudUpdateUserReply));
        },
      },

      revocation: undefined,
      users: NO_USER_CALLS,

      async checkCredentials(context) {
        // One user a page, because the list of all could be longer than what is read of an answer.
        const form = readRequest(RongCloudListBannedRequest, { page: 1, size: 1 });
        return ask('listBanned', form, context, (reply) => {
          readAnswer(reply, RongCloudListBannedReply);
          return { serverDateMs: reply.serverDateMs, isRemembered: false };
        });
      },

      close: () => dependencies.transport.close(),
    };
  },
};

type FormFields = Readonly<Record<string, string | number | undefined>>;

const toForm = (fields: FormFields): TypedBody => {
  const given = Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]));
  return { contentType: 'application/x-www-form-urlencoded', text: new URLSearchParams(given).toString() };
};

/** An answer's `code` counts first, its HTTP status second, its shape third. */
const readAnswer = <Schema extends z.ZodType>(reply: ProviderReply, schema: Schema): z.output<Schema> => {
  const body = readJson(reply);
  const error = readShape(reply, body, RongCloudErrorBody);
  if (error.code !== RONGCLOUD_SUCCESS_CODE) throw judge(reply, error);
  if (reply.status !== 200) throw unreadable(reply, 'It says success under the HTTP status of a failure.');
  return readShape(reply, body, schema);
};

const judge = (reply: ProviderReply, error: RongCloudErrorBody): ProviderError => {
  const { code } = error;
  const facts = { httpStatus: reply.status, providerCode: String(code) };
  if (!isDocumented(code)) return judgeByStatus(reply) ?? new ProviderError('unknown-code', facts);
  if (code === 1002 && namesAppKey(error)) return new ProviderError('credentials-refused', facts);
  const kind = KIND_BY_CODE[code];
  return kind === 'rate-limited'
    ? new ProviderError(kind, { retryAfterMs: reply.retryAfterMs ?? NEXT_SECOND_MS, ...facts })
    : new ProviderError(kind, facts);
};

const isDocumented = (code: number): code is RongCloudCode => Object.hasOwn(RONGCLOUD_CODES, code);

/** The live service answers 1002 for an unknown App Key and names it in the text, spelled in two ways. */
const namesAppKey = ({ errorMessage, msg, message }: RongCloudErrorBody): boolean =>
  /app[- ]?key/i.test(errorMessage ?? msg ?? message ?? '');

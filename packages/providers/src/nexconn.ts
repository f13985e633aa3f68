import type { NexconnSettings } from '@immint/contracts';
import {
  NEXCONN_DATA_CENTERS,
  NEXCONN_RATES_PER_SECOND,
  NEXCONN_USERS_PER_CALL,
  NexconnAvatarUrl,
  NexconnDoneReply,
  NexconnIssueTokenReply,
  NexconnIssueTokenRequest,
  NexconnLegacyUserId,
  NexconnListBannedReply,
  NexconnListBannedRequest,
  NexconnName,
  NexconnReadUserReply,
  NexconnReadUserRequest,
  NexconnUpdateUserRequest,
  NexconnUserId,
} from '@immint/contracts/nexconn';
import { Secret } from '@immint/secrets';

import type { ProviderAdapter } from './chat-provider.ts';
import { toLifetime } from './console-lifetime.ts';
import { createAskNexconn } from './nexconn-call.ts';
import { readNexconn } from './nexconn-error.ts';
import { createNexconnRevocation, createNexconnUsers, NEXCONN_USER_CALLS } from './nexconn-users.ts';
import { ratesOf } from './rate-groups.ts';
import { unreadable } from './read-json.ts';
import { brokenRule, readRequest, refuseUnsupported } from './strict-request.ts';

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
    bansForMinutes: true,
    userCalls: [...NEXCONN_USER_CALLS],
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
    const ask = createAskNexconn(account, dependencies);

    return {
      async issueToken(request, context) {
        refuseUnsupported(request);
        const body = readRequest(NexconnIssueTokenRequest.extend({ userId }), {
          userId: request.userId,
          name: request.name,
          avatarUrl: request.avatarUrl,
        });
        return ask('issueToken', body, context, (reply) => {
          const { result } = readNexconn(reply, NexconnIssueTokenReply);
          if (result.userId !== request.userId) throw unreadable(reply, 'It is about another user.');
          return { token: Secret.of(result.accessToken), lifetime: toLifetime(settings.tokenLifetime) };
        });
      },

      profiles: {
        async read(id, context) {
          const body = readRequest(NexconnReadUserRequest.extend({ userId }), { userId: id });
          const { result } = await ask('readUser', body, context, (reply) => readNexconn(reply, NexconnReadUserReply));
          return { name: result.name || id, ...(result.avatarUrl ? { avatarUrl: result.avatarUrl } : {}) };
        },
        async update(id, { name, avatarUrl }, context) {
          const body = readRequest(NexconnUpdateUserRequest.extend({ userId }), { userId: id, name, avatarUrl });
          await ask('updateUser', body, context, (reply) => readNexconn(reply, NexconnDoneReply));
        },
      },

      revocation: createNexconnRevocation(ask, userId),
      users: createNexconnUsers(ask, userId),

      async checkCredentials(context) {
        // One user a page, because the list of all could be longer than what is read of an answer.
        const body = readRequest(NexconnListBannedRequest, { page: 1, pageSize: 1 });
        return ask('listBanned', body, context, (reply) => {
          readNexconn(reply, NexconnListBannedReply);
          return { serverDateMs: reply.serverDateMs, isRemembered: false };
        });
      },

      close: () => dependencies.transport.close(),
    };
  },
};

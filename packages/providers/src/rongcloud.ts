import type { RongCloudSettings } from '@immint/contracts';
import {
  RONGCLOUD_DATA_CENTERS,
  RONGCLOUD_RATES_PER_SECOND,
  RONGCLOUD_USERS_PER_CALL,
  RongCloudAvatarUrl,
  RongCloudDoneReply,
  RongCloudIssueTokenReply,
  RongCloudIssueTokenRequest,
  RongCloudLegacyUserId,
  RongCloudListBannedReply,
  RongCloudListBannedRequest,
  RongCloudName,
  RongCloudReadUserReply,
  RongCloudReadUserRequest,
  RongCloudUpdateUserRequest,
  RongCloudUserId,
} from '@immint/contracts/rongcloud';
import { Secret } from '@immint/secrets';

import type { ProviderAdapter } from './chat-provider.ts';
import { toLifetime } from './console-lifetime.ts';
import { ratesOf } from './rate-groups.ts';
import { unreadable } from './read-json.ts';
import { createAskRongCloud } from './rongcloud-call.ts';
import { readRongCloud } from './rongcloud-error.ts';
import { createRongCloudRevocation, createRongCloudUsers, RONGCLOUD_USER_CALLS } from './rongcloud-users.ts';
import { brokenRule, readRequest, refuseUnsupported } from './strict-request.ts';

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
    bansForMinutes: true,
    userCalls: [...RONGCLOUD_USER_CALLS],
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
    const ask = createAskRongCloud(account, dependencies);

    return {
      async issueToken(request, context) {
        refuseUnsupported(request);
        const form = readRequest(RongCloudIssueTokenRequest.extend({ userId }), {
          userId: request.userId,
          name: request.name,
          portraitUri: request.avatarUrl,
        });
        return ask('issueToken', form, context, (reply) => {
          const answer = readRongCloud(reply, RongCloudIssueTokenReply);
          if (answer.userId !== request.userId) throw unreadable(reply, 'It is about another user.');
          return { token: Secret.of(answer.token), lifetime: toLifetime(settings.tokenLifetime) };
        });
      },

      profiles: {
        async read(id, context) {
          const form = readRequest(RongCloudReadUserRequest.extend({ userId }), { userId: id });
          const { userName, userPortrait } = await ask('readUser', form, context, (reply) =>
            readRongCloud(reply, RongCloudReadUserReply),
          );
          return { name: userName || id, ...(userPortrait ? { avatarUrl: userPortrait } : {}) };
        },
        async update(id, { name, avatarUrl }, context) {
          const profile = { userId: id, name, portraitUri: avatarUrl };
          const form = readRequest(RongCloudUpdateUserRequest.extend({ userId }), profile);
          await ask('updateUser', form, context, (reply) => readRongCloud(reply, RongCloudDoneReply));
        },
      },

      revocation: createRongCloudRevocation(ask, userId),
      users: createRongCloudUsers(ask, userId),

      async checkCredentials(context) {
        // One user a page, because the list of all could be longer than what is read of an answer.
        const form = readRequest(RongCloudListBannedRequest, { page: 1, size: 1 });
        return ask('listBanned', form, context, (reply) => {
          readRongCloud(reply, RongCloudListBannedReply);
          return { serverDateMs: reply.serverDateMs, isRemembered: false };
        });
      },

      close: () => dependencies.transport.close(),
    };
  },
};

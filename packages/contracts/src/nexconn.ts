import { z } from 'zod';

import type { DataCenter } from './data-center.ts';
import { limitedText } from './text-limits.ts';

/**
 * Where Nexconn listens: data centre → primary and backup domain. The hosts are RongCloud's too; the path tells the two
 * APIs apart. Source: docs.nexconn.ai/platform-chat-api/base-url
 */
export const NEXCONN_DATA_CENTERS = {
  singapore: { baseUrl: 'https://api.sg-light-api.com', backupBaseUrl: 'https://api-b.sg-light-api.com' },
  'north-america': { baseUrl: 'https://api.us-light-api.com', backupBaseUrl: 'https://api-b.us-light-api.com' },
  'saudi-arabia': { baseUrl: 'https://api.sau-light-api.com', backupBaseUrl: 'https://api-b.sau-light-api.com' },
} as const satisfies Record<string, DataCenter>;

/** The calls that immint makes; each is a POST with a JSON body. Source: docs.nexconn.ai/platform-chat-api/user/* */
export const NEXCONN_PATHS = {
  issueToken: '/v4/auth/access-token/issue',
  expireTokens: '/v4/auth/access-token/expire',
  updateUser: '/v4/user/update',
  readUser: '/v4/user/get',
  readOnline: '/v4/user/connection-status/get',
  banUsers: '/v4/user/ban',
  unbanUsers: '/v4/user/unban',
  listBanned: '/v4/user/ban/list',
  deactivateUsers: '/v4/user/soft-delete',
  reactivateUsers: '/v4/user/restore',
  listDeactivated: '/v4/user/soft-deleted/list',
} as const;

/**
 * The other path of `readOnline`: the web pages name this one, the OpenAPI file and every SDK the one above.
 * Source: docs.nexconn.ai/platform-chat-api, Check online status
 */
export const NEXCONN_DOCUMENTED_READ_ONLINE_PATH = '/v4/user/online-status/get';

/**
 * Calls per second that one App Key may make of each path; of `reactivateUsers` so many users, not calls.
 * Source: docs.nexconn.ai/platform-chat-api/limits
 */
export const NEXCONN_RATES_PER_SECOND = {
  issueToken: 200,
  expireTokens: 100,
  updateUser: 100,
  readUser: 100,
  readOnline: 100,
  banUsers: 100,
  unbanUsers: 100,
  listBanned: 100,
  deactivateUsers: 100,
  reactivateUsers: 100,
  listDeactivated: 100,
} as const satisfies Record<keyof typeof NEXCONN_PATHS, number>;

/**
 * How many users one call may name. Sources: docs.nexconn.ai/platform-chat-api, user pages; the limit of `deactivateUsers`
 * is printed nowhere and taken from `reactivateUsers` and from RongCloud.
 */
export const NEXCONN_USERS_PER_CALL = {
  expireTokens: 20,
  banUsers: 20,
  unbanUsers: 20,
  deactivateUsers: 100,
  reactivateUsers: 100,
} as const satisfies Partial<Record<keyof typeof NEXCONN_PATHS, number>>;

/** A ban lasts 1 minute to 30 days; there is none without an end. Source: docs.nexconn.ai/platform-chat-api, Ban users */
export const NEXCONN_MAX_BAN_MINUTES = 43_200;
const BAN_RULE = `A ban must last 1 to ${NEXCONN_MAX_BAN_MINUTES} whole minutes.`;

/** The only `code` that means success, whatever the HTTP status says. RongCloud's is another. */
export const NEXCONN_SUCCESS_CODE = 0;

/** 1 to 64 bytes of letters and digits; case counts. Source: docs.nexconn.ai, Register a user */
export const NexconnUserId = z
  .string()
  .regex(/^[A-Za-z0-9]{1,64}$/, 'A user id must be 1 to 64 letters (A-Z, a-z) or digits.');
export type NexconnUserId = z.infer<typeof NexconnUserId>;

/**
 * Also lets `+ = - _` through, for accounts that were filled under RongCloud's older rule before they became Nexconn's.
 * They choose it by the app setting `userIdCharset: legacy`.
 */
export const NexconnLegacyUserId = z
  .string()
  .regex(/^[A-Za-z0-9+=_-]{1,64}$/, 'A user id must be 1 to 64 letters (A-Z, a-z), digits or + = - _.');
export type NexconnLegacyUserId = z.infer<typeof NexconnLegacyUserId>;

/** The name in push notifications: at most 64 characters. Source: docs.nexconn.ai, Register a user */
export const NexconnName = limitedText('The name', { maxCharacters: 64 });
export type NexconnName = z.infer<typeof NexconnName>;

/** The avatar's address: at most 1024 bytes. Source: docs.nexconn.ai, Register a user */
export const NexconnAvatarUrl = limitedText('The avatar URL', { maxBytes: 1024 });
export type NexconnAvatarUrl = z.infer<typeof NexconnAvatarUrl>;

/** 1 to 256 bytes that nobody but Nexconn may parse. Source: docs.nexconn.ai, Register a user */
export const NexconnToken = limitedText('The token', { maxBytes: 256 });
export type NexconnToken = z.infer<typeof NexconnToken>;

/**
 * JSON body of `POST /v4/auth/access-token/issue`: registers the user, overwrites name and avatar, gives one more token.
 * Source: docs.nexconn.ai, Register a user
 */
export const NexconnIssueTokenRequest = z.strictObject({
  /** Letters and digits, at most 64 bytes. */
  userId: NexconnUserId,
  /** At most 64 characters. */
  name: NexconnName,
  /** At most 1024 bytes. */
  avatarUrl: NexconnAvatarUrl.optional(),
});
export type NexconnIssueTokenRequest = z.infer<typeof NexconnIssueTokenRequest>;

/** Source: docs.nexconn.ai, Register a user */
export const NexconnIssueTokenReply = z.object({
  code: z.literal(NEXCONN_SUCCESS_CODE),
  result: z.object({
    /** The id as it was sent. */
    userId: z.string(),
    /** 1 to 256 bytes. */
    accessToken: NexconnToken,
  }),
});
export type NexconnIssueTokenReply = z.infer<typeof NexconnIssueTokenReply>;

/**
 * JSON body of `POST /v4/user/update`: changes what push notifications show; a field left out stays as it was.
 * Source: docs.nexconn.ai/platform-chat-api, Update user info
 */
export const NexconnUpdateUserRequest = z.strictObject({
  userId: NexconnUserId,
  /** At most 64 characters. */
  name: NexconnName.optional(),
  /** At most 1024 bytes. */
  avatarUrl: NexconnAvatarUrl.optional(),
});
export type NexconnUpdateUserRequest = z.infer<typeof NexconnUpdateUserRequest>;

/** JSON body of `POST /v4/user/get`. Source: docs.nexconn.ai/platform-chat-api, Get user info */
export const NexconnReadUserRequest = z.strictObject({ userId: NexconnUserId });
export type NexconnReadUserRequest = z.infer<typeof NexconnReadUserRequest>;

/** Source: docs.nexconn.ai/platform-chat-api, Get user info */
export const NexconnReadUserReply = z.object({
  code: z.literal(NEXCONN_SUCCESS_CODE),
  result: z.object({
    name: z.string(),
    /** Missing, null or empty for a user without an avatar. */
    avatarUrl: z.string().nullish(),
    /** Date and time such as "2016-05-24 10:38:19", of a zone that no page names. */
    createdAt: z.string().nullish(),
  }),
});
export type NexconnReadUserReply = z.infer<typeof NexconnReadUserReply>;

/**
 * JSON body of `POST /v4/user/ban/list`. Without `page` it answers up to 1,000 banned users at once.
 * Source: docs.nexconn.ai/platform-chat-api, banned users
 */
export const NexconnListBannedRequest = z.strictObject({
  /** Counted from 1. */
  page: z.int().nonnegative().optional(),
  /** Users on a page; Nexconn takes 50 when it is left out. */
  pageSize: z.int().positive().optional(),
});
export type NexconnListBannedRequest = z.infer<typeof NexconnListBannedRequest>;

/** Source: docs.nexconn.ai/platform-chat-api, banned users */
export const NexconnListBannedReply = z.object({
  code: z.literal(NEXCONN_SUCCESS_CODE),
  /** Whether an empty list is sent as `[]` or left out is not documented: both are taken. */
  result: z
    .object({
      /** The ban that ends last comes first. */
      bannedUsers: z
        .array(
          z.object({
            userId: z.string(),
            /** Date and time such as "2015-01-11 01:28:20", of a zone that no page names. */
            banExpiresAt: z.string().nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});
export type NexconnListBannedReply = z.infer<typeof NexconnListBannedReply>;

/** Answer to the calls that only say that they were done. */
export const NexconnDoneReply = z.object({ code: z.literal(NEXCONN_SUCCESS_CODE) });
export type NexconnDoneReply = z.infer<typeof NexconnDoneReply>;

/**
 * JSON body of `POST /v4/auth/access-token/expire`: ends every token that these users obtained before `expiresAt`. Live
 * connections stay; there is no way back. Source: docs.nexconn.ai/platform-chat-api, Expire access tokens
 */
export const NexconnExpireTokensRequest = z.strictObject({
  userIds: z.array(NexconnUserId).min(1).max(NEXCONN_USERS_PER_CALL.expireTokens),
  /** Milliseconds since 1970. A time to come would end tokens that are not yet issued. */
  expiresAt: z.int().positive(),
});
export type NexconnExpireTokensRequest = z.infer<typeof NexconnExpireTokensRequest>;

/**
 * JSON body of `POST /v4/user/ban`: logs the users out at once and keeps them out.
 * Source: docs.nexconn.ai/platform-chat-api, Ban users
 */
export const NexconnBanUsersRequest = z.strictObject({
  userIds: z.array(NexconnUserId).min(1).max(NEXCONN_USERS_PER_CALL.banUsers),
  /** There is no ban without an end. */
  durationMinutes: z.int(BAN_RULE).min(1, BAN_RULE).max(NEXCONN_MAX_BAN_MINUTES, BAN_RULE),
});
export type NexconnBanUsersRequest = z.infer<typeof NexconnBanUsersRequest>;

/** JSON body of `POST /v4/user/unban`. Source: docs.nexconn.ai/platform-chat-api, Unban users */
export const NexconnUnbanUsersRequest = z.strictObject({
  userIds: z.array(NexconnUserId).min(1).max(NEXCONN_USERS_PER_CALL.unbanUsers),
});
export type NexconnUnbanUsersRequest = z.infer<typeof NexconnUnbanUsersRequest>;

/** JSON body of both paths that say who is online. Source: docs.nexconn.ai/platform-chat-api, Check online status */
export const NexconnReadOnlineRequest = z.strictObject({ userId: NexconnUserId });
export type NexconnReadOnlineRequest = z.infer<typeof NexconnReadOnlineRequest>;

/** Source: docs.nexconn.ai/platform-chat-api, Check online status */
export const NexconnReadOnlineReply = z.object({
  code: z.literal(NEXCONN_SUCCESS_CODE),
  result: z.object({
    /** A text and no number: "1" is online, "0" is offline. */
    status: z.enum(['0', '1']),
  }),
});
export type NexconnReadOnlineReply = z.infer<typeof NexconnReadOnlineReply>;

/**
 * JSON body of `POST /v4/user/soft-delete`: such a user cannot obtain tokens. It is done later and reported to the app's
 * own webhook. Source: docs.nexconn.ai/platform-chat-api, Soft-delete users
 */
export const NexconnDeactivateUsersRequest = z.strictObject({
  userIds: z.array(NexconnUserId).min(1).max(NEXCONN_USERS_PER_CALL.deactivateUsers),
});
export type NexconnDeactivateUsersRequest = z.infer<typeof NexconnDeactivateUsersRequest>;

/**
 * JSON body of `POST /v4/user/restore`, which is refused within an hour of the deletion. Its rate counts users.
 * Source: docs.nexconn.ai/platform-chat-api, Restore users
 */
export const NexconnReactivateUsersRequest = z.strictObject({
  userIds: z.array(NexconnUserId).min(1).max(NEXCONN_USERS_PER_CALL.reactivateUsers),
});
export type NexconnReactivateUsersRequest = z.infer<typeof NexconnReactivateUsersRequest>;

/** Answer to both: what the webhook will name. Source: docs.nexconn.ai/platform-chat-api, Restore users */
export const NexconnOperationReply = z.object({
  code: z.literal(NEXCONN_SUCCESS_CODE),
  result: z.object({ operationId: limitedText('The operation id', { maxBytes: 256 }) }),
});
export type NexconnOperationReply = z.infer<typeof NexconnOperationReply>;

/** Users on a page of soft-deleted ones. Source: docs.nexconn.ai/platform-chat-api, soft-deleted users */
export const NEXCONN_MAX_DEACTIVATED_PAGE_SIZE = 50;

/** JSON body of `POST /v4/user/soft-deleted/list`. Source: docs.nexconn.ai/platform-chat-api, soft-deleted users */
export const NexconnListDeactivatedRequest = z.strictObject({
  /** Counted from 1. */
  page: z.int().positive().optional(),
  pageSize: z.int().positive().max(NEXCONN_MAX_DEACTIVATED_PAGE_SIZE).optional(),
});
export type NexconnListDeactivatedRequest = z.infer<typeof NexconnListDeactivatedRequest>;

/** Source: docs.nexconn.ai/platform-chat-api, soft-deleted users */
export const NexconnListDeactivatedReply = z.object({
  code: z.literal(NEXCONN_SUCCESS_CODE),
  /** Whether an empty list is sent as `[]` or left out is not documented: both are taken. */
  result: z.object({ userIds: z.array(z.string()).nullish() }).nullish(),
});
export type NexconnListDeactivatedReply = z.infer<typeof NexconnListDeactivatedReply>;

/**
 * Any answer, read for its `code` alone, which counts before the HTTP status: Nexconn's own SDK once took an error
 * under HTTP 200 for success. Source: docs.nexconn.ai/platform-chat-api/code
 */
export const NexconnErrorBody = z.object({
  code: z.int(),
  errorMessage: z.string().nullish(),
});
export type NexconnErrorBody = z.infer<typeof NexconnErrorBody>;

/**
 * The closed list of business codes. The page prints no HTTP status beside them: the ones here are those of the same
 * codes at RongCloud, null where that has none either. Code 1000 is used for wrong parameters and for inner failures.
 * Source: docs.nexconn.ai/platform-chat-api/code
 */
export const NEXCONN_CODES = {
  0: { httpStatus: 200, meaning: 'Done.' },
  400: { httpStatus: 400, meaning: 'There is no user of this id.' },
  404: { httpStatus: 404, meaning: 'There is no such path on this host.' },
  1000: {
    httpStatus: 500,
    meaning: 'Parameters are wrong, Nexconn failed inside, or there are too many package names.',
  },
  1001: { httpStatus: 401, meaning: 'The App Secret is wrong.' },
  1002: { httpStatus: 400, meaning: 'A parameter is wrong, or the App Key is unknown.' },
  1003: { httpStatus: 400, meaning: 'The open channel id is empty or the minutes are out of range.' },
  1004: { httpStatus: 401, meaning: 'The signature does not verify.' },
  1005: { httpStatus: 400, meaning: 'A parameter is too long.' },
  1006: { httpStatus: 401, meaning: 'The app is offline and takes no calls.' },
  1007: { httpStatus: 401, meaning: 'The app refuses calls from this IP address.' },
  1008: { httpStatus: 429, meaning: 'Too many calls in this second.' },
  1009: { httpStatus: 430, meaning: 'The service is not enabled for this app.' },
  1010: { httpStatus: null, meaning: 'The allow list is not enabled for this app.' },
  1011: { httpStatus: null, meaning: 'The block list is not enabled for this app.' },
  1015: { httpStatus: 200, meaning: 'There was nothing to delete.' },
  1016: { httpStatus: 403, meaning: 'There are too many kept-alive open channels.' },
  1018: { httpStatus: null, meaning: 'Calling (RTC) is not enabled for this app.' },
  1050: { httpStatus: 504, meaning: 'Nexconn timed out inside.' },
  2007: { httpStatus: 403, meaning: 'The app has all the users that its plan allows.' },
} as const satisfies Record<number, { httpStatus: number | null; meaning: string }>;
export type NexconnCode = keyof typeof NEXCONN_CODES;

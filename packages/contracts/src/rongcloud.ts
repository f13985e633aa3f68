import { z } from 'zod';

import type { DataCenter } from './data-center.ts';
import { limitedText } from './text-limits.ts';

/**
 * Where RongCloud listens: data centre → primary and backup domain, over one state. An App Key lives in one data centre only.
 * Source: docs.rongcloud.io/platform-chat-api/base-url
 */
export const RONGCLOUD_DATA_CENTERS = {
  beijing: { baseUrl: 'https://api.rong-api.com', backupBaseUrl: 'https://api-b.rong-api.com' },
  singapore: { baseUrl: 'https://api.sg-light-api.com', backupBaseUrl: 'https://api-b.sg-light-api.com' },
  'singapore-b': { baseUrl: 'https://api.sg-b-light-api.com', backupBaseUrl: 'https://api-b.sg-b-light-api.com' },
  'north-america': { baseUrl: 'https://api.us-light-api.com', backupBaseUrl: 'https://api-b.us-light-api.com' },
  'saudi-arabia': { baseUrl: 'https://api.sau-light-api.com', backupBaseUrl: 'https://api-b.sau-light-api.com' },
} as const satisfies Record<string, DataCenter>;

/** The calls that immint makes; each is a POST with a form body. Source: docs.rongcloud.io/platform-chat-api/user/* */
export const RONGCLOUD_PATHS = {
  issueToken: '/user/getToken.json',
  expireTokens: '/user/token/expire.json',
  updateUser: '/user/refresh.json',
  readUser: '/user/info.json',
  readOnline: '/user/checkOnline.json',
  banUsers: '/user/block.json',
  unbanUsers: '/user/unblock.json',
  listBanned: '/user/block/query.json',
  deactivateUsers: '/user/deactivate.json',
  reactivateUsers: '/user/reactivate.json',
  listDeactivated: '/user/deactivate/query.json',
} as const;

/**
 * Calls per second that one App Key may make of each path; of `reactivateUsers` so many users, not calls.
 * Source: docs.rongcloud.io/platform-chat-api/limits
 */
export const RONGCLOUD_RATES_PER_SECOND = {
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
} as const satisfies Record<keyof typeof RONGCLOUD_PATHS, number>;

/** How many users one call may name. Sources: docs.rongcloud.io/platform-chat-api/user/expire, ban, deactivate, reactivate */
export const RONGCLOUD_USERS_PER_CALL = {
  expireTokens: 20,
  banUsers: 20,
  unbanUsers: 20,
  deactivateUsers: 100,
  reactivateUsers: 100,
} as const satisfies Partial<Record<keyof typeof RONGCLOUD_PATHS, number>>;

/** A ban lasts 1 minute to 30 days; there is none without an end. Source: docs.rongcloud.io/platform-chat-api/user/ban */
export const RONGCLOUD_MAX_BAN_MINUTES = 43_200;
const BAN_RULE = `A ban must last 1 to ${RONGCLOUD_MAX_BAN_MINUTES} whole minutes.`;

/** The only `code` that means success, whatever the HTTP status says. */
export const RONGCLOUD_SUCCESS_CODE = 200;

/** 1 to 64 bytes of letters and digits; case counts. Source: docs.rongcloud.io/platform-chat-api/user/register */
export const RongCloudUserId = z
  .string()
  .regex(/^[A-Za-z0-9]{1,64}$/, 'A user id must be 1 to 64 letters (A-Z, a-z) or digits.');
export type RongCloudUserId = z.infer<typeof RongCloudUserId>;

/**
 * The wider set of the older documentation, which also lets `+ = - _` through. Accounts that were filled under it
 * choose it by the app setting `userIdCharset: legacy`.
 */
export const RongCloudLegacyUserId = z
  .string()
  .regex(/^[A-Za-z0-9+=_-]{1,64}$/, 'A user id must be 1 to 64 letters (A-Z, a-z), digits or + = - _.');
export type RongCloudLegacyUserId = z.infer<typeof RongCloudLegacyUserId>;

/** The name in push notifications: at most 64 characters. Source: docs.rongcloud.io/platform-chat-api/user/register */
export const RongCloudName = limitedText('The name', { maxCharacters: 64 });
export type RongCloudName = z.infer<typeof RongCloudName>;

/** The avatar's address: at most 1024 bytes. Source: docs.rongcloud.io/platform-chat-api/user/register */
export const RongCloudAvatarUrl = limitedText('The avatar URL', { maxBytes: 1024 });
export type RongCloudAvatarUrl = z.infer<typeof RongCloudAvatarUrl>;

/** 1 to 256 bytes that nobody but RongCloud may parse. Source: docs.rongcloud.io/platform-chat-api/user/register */
export const RongCloudToken = limitedText('The token', { maxBytes: 256 });
export type RongCloudToken = z.infer<typeof RongCloudToken>;

/**
 * Form fields of `POST /user/getToken.json`: registers the user, overwrites name and avatar, gives one more token.
 * Source: docs.rongcloud.io/platform-chat-api/user/register
 */
export const RongCloudIssueTokenRequest = z.strictObject({
  /** Letters and digits, at most 64 bytes. */
  userId: RongCloudUserId,
  /** At most 64 characters. */
  name: RongCloudName,
  /** At most 1024 bytes. */
  portraitUri: RongCloudAvatarUrl.optional(),
});
export type RongCloudIssueTokenRequest = z.infer<typeof RongCloudIssueTokenRequest>;

/** Source: docs.rongcloud.io/platform-chat-api/user/register */
export const RongCloudIssueTokenReply = z.object({
  code: z.literal(RONGCLOUD_SUCCESS_CODE),
  /** The id as it was sent. */
  userId: z.string(),
  /** 1 to 256 bytes. */
  token: RongCloudToken,
});
export type RongCloudIssueTokenReply = z.infer<typeof RongCloudIssueTokenReply>;

/**
 * Form fields of `POST /user/refresh.json`: changes what push notifications show; a field left out stays as it was.
 * Source: docs.rongcloud.io/platform-chat-api/user/update
 */
export const RongCloudUpdateUserRequest = z.strictObject({
  userId: RongCloudUserId,
  /** At most 64 characters. */
  name: RongCloudName.optional(),
  /** At most 1024 bytes. */
  portraitUri: RongCloudAvatarUrl.optional(),
});
export type RongCloudUpdateUserRequest = z.infer<typeof RongCloudUpdateUserRequest>;

/** Form fields of `POST /user/info.json`. Source: docs.rongcloud.io/platform-chat-api/user/get */
export const RongCloudReadUserRequest = z.strictObject({ userId: RongCloudUserId });
export type RongCloudReadUserRequest = z.infer<typeof RongCloudReadUserRequest>;

/** Source: docs.rongcloud.io/platform-chat-api/user/get */
export const RongCloudReadUserReply = z.object({
  code: z.literal(RONGCLOUD_SUCCESS_CODE),
  userName: z.string(),
  /** Missing, null or empty for a user without an avatar. */
  userPortrait: z.string().nullish(),
  /** Date and time such as "2016-05-24 10:38:19", of a zone that no page names. */
  createTime: z.string().nullish(),
});
export type RongCloudReadUserReply = z.infer<typeof RongCloudReadUserReply>;

/**
 * Form fields of `POST /user/block/query.json`, the banned users. Without `page` it answers up to 1,000 of them at once.
 * Source: docs.rongcloud.io/platform-chat-api/user/get-banned-users
 */
export const RongCloudListBannedRequest = z.strictObject({
  /** Counted from 1; 0 is the same as none. */
  page: z.int().nonnegative().optional(),
  /** Users on a page; RongCloud takes 50 when it is left out. */
  size: z.int().positive().optional(),
});
export type RongCloudListBannedRequest = z.infer<typeof RongCloudListBannedRequest>;

/** Source: docs.rongcloud.io/platform-chat-api/user/get-banned-users */
export const RongCloudListBannedReply = z.object({
  code: z.literal(RONGCLOUD_SUCCESS_CODE),
  /** The ban that ends last comes first. */
  users: z.array(
    z.object({
      userId: z.string(),
      /** Date and time such as "2015-01-11 01:28:20", of a zone that no page names. */
      blockEndTime: z.string().nullish(),
    }),
  ),
});
export type RongCloudListBannedReply = z.infer<typeof RongCloudListBannedReply>;

/** Answer to the calls that only say that they were done. */
export const RongCloudDoneReply = z.object({ code: z.literal(RONGCLOUD_SUCCESS_CODE) });
export type RongCloudDoneReply = z.infer<typeof RongCloudDoneReply>;

/**
 * Form fields of `POST /user/token/expire.json`: ends every token that these users obtained before `time`. Live
 * connections stay; there is no way back. Source: docs.rongcloud.io/platform-chat-api/user/expire
 */
export const RongCloudExpireTokensRequest = z.strictObject({
  /** The field comes once for each user. */
  userId: z.array(RongCloudUserId).min(1).max(RONGCLOUD_USERS_PER_CALL.expireTokens),
  /** Milliseconds since 1970. A time to come would end tokens that are not yet issued. */
  time: z.int().positive(),
});
export type RongCloudExpireTokensRequest = z.infer<typeof RongCloudExpireTokensRequest>;

/**
 * Form fields of `POST /user/block.json`: logs the users out at once and keeps them out.
 * Source: docs.rongcloud.io/platform-chat-api/user/ban
 */
export const RongCloudBanUsersRequest = z.strictObject({
  /** The field comes once for each user. */
  userId: z.array(RongCloudUserId).min(1).max(RONGCLOUD_USERS_PER_CALL.banUsers),
  /** There is no ban without an end. */
  minute: z.int(BAN_RULE).min(1, BAN_RULE).max(RONGCLOUD_MAX_BAN_MINUTES, BAN_RULE),
});
export type RongCloudBanUsersRequest = z.infer<typeof RongCloudBanUsersRequest>;

/** Form fields of `POST /user/unblock.json`. Source: docs.rongcloud.io/platform-chat-api/user/unban */
export const RongCloudUnbanUsersRequest = z.strictObject({
  /** The field comes once for each user. */
  userId: z.array(RongCloudUserId).min(1).max(RONGCLOUD_USERS_PER_CALL.unbanUsers),
});
export type RongCloudUnbanUsersRequest = z.infer<typeof RongCloudUnbanUsersRequest>;

/** Form fields of `POST /user/checkOnline.json`. Source: docs.rongcloud.io/platform-chat-api/user/online-status */
export const RongCloudReadOnlineRequest = z.strictObject({ userId: RongCloudUserId });
export type RongCloudReadOnlineRequest = z.infer<typeof RongCloudReadOnlineRequest>;

/** Source: docs.rongcloud.io/platform-chat-api/user/online-status */
export const RongCloudReadOnlineReply = z.object({
  code: z.literal(RONGCLOUD_SUCCESS_CODE),
  /** A text and no number: "1" is online, "0" is offline. */
  status: z.enum(['0', '1']),
});
export type RongCloudReadOnlineReply = z.infer<typeof RongCloudReadOnlineReply>;

/**
 * Form fields of `POST /user/deactivate.json`: a deactivated user cannot obtain tokens. It is done within 15 minutes and
 * reported to the app's own webhook. Source: docs.rongcloud.io/platform-chat-api/user/deactivate
 */
export const RongCloudDeactivateUsersRequest = z.strictObject({
  /** One field, the ids joined by commas. */
  userId: z.array(RongCloudUserId).min(1).max(RONGCLOUD_USERS_PER_CALL.deactivateUsers),
});
export type RongCloudDeactivateUsersRequest = z.infer<typeof RongCloudDeactivateUsersRequest>;

/**
 * Form fields of `POST /user/reactivate.json`, which is refused within an hour of the deactivation. Its rate counts users.
 * Source: docs.rongcloud.io/platform-chat-api/user/reactivate
 */
export const RongCloudReactivateUsersRequest = z.strictObject({
  /** One field, the ids joined by commas. */
  userId: z.array(RongCloudUserId).min(1).max(RONGCLOUD_USERS_PER_CALL.reactivateUsers),
});
export type RongCloudReactivateUsersRequest = z.infer<typeof RongCloudReactivateUsersRequest>;

/** Answer to both: what the webhook will name. Source: docs.rongcloud.io/platform-chat-api/user/reactivate */
export const RongCloudOperationReply = z.object({
  code: z.literal(RONGCLOUD_SUCCESS_CODE),
  operateId: limitedText('The operation id', { maxBytes: 256 }),
});
export type RongCloudOperationReply = z.infer<typeof RongCloudOperationReply>;

/** Users on a page of deactivated ones. Source: docs.rongcloud.io/platform-chat-api/user/get-deactivated-users */
export const RONGCLOUD_MAX_DEACTIVATED_PAGE_SIZE = 50;

/** Form fields of `POST /user/deactivate/query.json`. Source: docs.rongcloud.io/platform-chat-api/user/get-deactivated-users */
export const RongCloudListDeactivatedRequest = z.strictObject({
  /** Counted from 1. */
  pageNo: z.int().positive().optional(),
  pageSize: z.int().positive().max(RONGCLOUD_MAX_DEACTIVATED_PAGE_SIZE).optional(),
});
export type RongCloudListDeactivatedRequest = z.infer<typeof RongCloudListDeactivatedRequest>;

/** Source: docs.rongcloud.io/platform-chat-api/user/get-deactivated-users */
export const RongCloudListDeactivatedReply = z.object({
  code: z.literal(RONGCLOUD_SUCCESS_CODE),
  users: z.array(z.string()),
});
export type RongCloudListDeactivatedReply = z.infer<typeof RongCloudListDeactivatedReply>;

/**
 * Any answer, read for its `code` alone, which counts before the HTTP status. The text of an error goes by one of three
 * names: `errorMessage` in every recorded answer, `msg` on newer paths, `message` in what the Java SDK still reads.
 * Source: docs.rongcloud.io/platform-chat-api/code
 */
export const RongCloudErrorBody = z.object({
  code: z.int(),
  errorMessage: z.string().nullish(),
  msg: z.string().nullish(),
  message: z.string().nullish(),
});
export type RongCloudErrorBody = z.infer<typeof RongCloudErrorBody>;

/**
 * The closed list of business codes, each with the HTTP status that belongs to it (null where nothing documents one).
 * An unknown App Key is answered with 1002 too: only the text tells it from a wrong parameter.
 * Sources: docs.rongcloud.io/platform-chat-api/code and RongCloud's older status table.
 */
export const RONGCLOUD_CODES = {
  200: { httpStatus: 200, meaning: 'Done.' },
  404: { httpStatus: 404, meaning: 'There is no such path on this host.' },
  1000: { httpStatus: 500, meaning: 'RongCloud failed inside; it may work later.' },
  1001: { httpStatus: 401, meaning: 'The App Secret does not belong to the App Key.' },
  1002: { httpStatus: 400, meaning: 'A parameter is missing or wrong, or the App Key is unknown.' },
  1003: { httpStatus: 400, meaning: 'The POST had no body.' },
  1004: { httpStatus: 401, meaning: 'The signature does not verify.' },
  1005: { httpStatus: 400, meaning: 'A parameter is too long.' },
  1006: { httpStatus: 401, meaning: 'The app is locked or was deleted.' },
  1007: { httpStatus: 401, meaning: 'The app may not make this call.' },
  1008: { httpStatus: 429, meaning: 'Too many calls in this second.' },
  1009: { httpStatus: 430, meaning: 'The service is not enabled for this app.' },
  1010: { httpStatus: null, meaning: 'SMS: the image check is switched on and was left out.' },
  1011: { httpStatus: null, meaning: 'SMS: the credit is used up.' },
  1012: { httpStatus: null, meaning: 'SMS: the image code is wrong.' },
  1013: { httpStatus: null, meaning: 'SMS: no channel is available.' },
  1014: { httpStatus: null, meaning: 'SMS: the code was used before.' },
  1015: { httpStatus: 200, meaning: 'There was nothing to delete.' },
  1016: { httpStatus: 403, meaning: 'There are too many kept-alive chat rooms.' },
  1017: { httpStatus: null, meaning: 'This version of the calling SDK is not supported.' },
  1018: { httpStatus: null, meaning: 'Calling (RTC) is not enabled for this app.' },
  1019: { httpStatus: null, meaning: 'There are too many sensitive words.' },
  1050: { httpStatus: 504, meaning: 'RongCloud timed out inside.' },
  1501: { httpStatus: null, meaning: 'A parameter has the wrong type.' },
  1502: { httpStatus: null, meaning: 'A list has too many items.' },
  1508: { httpStatus: null, meaning: 'The body is larger than 100 kB.' },
  2007: { httpStatus: 403, meaning: 'The development environment has its 100 users.' },
} as const satisfies Record<number, { httpStatus: number | null; meaning: string }>;
export type RongCloudCode = keyof typeof RONGCLOUD_CODES;

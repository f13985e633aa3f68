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

/** Source: docs.nexconn.ai/platform-chat-api, Update user info */
export const NexconnUpdateUserReply = z.object({ code: z.literal(NEXCONN_SUCCESS_CODE) });
export type NexconnUpdateUserReply = z.infer<typeof NexconnUpdateUserReply>;

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
  result: z.object({ bannedUsers: z.array(z.object({ userId: z.string() })).nullish() }).nullish(),
});
export type NexconnListBannedReply = z.infer<typeof NexconnListBannedReply>;

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

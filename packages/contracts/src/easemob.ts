import { z } from 'zod';

import type { DataCenter } from './data-center.ts';
import { limitedText } from './text-limits.ts';

/**
 * Where Easemob listens: data centre → primary host and its twin. The twins are meant for client apps and no page has a
 * rule for server callers, so an app uses them only by its setting `useSecondDomain`. VIP clusters have hosts of their own,
 * named by Easemob. Source: doc.easemob.com/product/enable_and_configure_IM.html
 */
export const EASEMOB_DATA_CENTERS = {
  'china-1': { baseUrl: 'https://a1.easemob.com', backupBaseUrl: 'https://a1.easecdn.com' },
  'china-2': { baseUrl: 'https://a31.easemob.com', backupBaseUrl: 'https://a31.easecdn.com' },
  'singapore-1': { baseUrl: 'https://a1-sgp.easemob.com', backupBaseUrl: 'https://a1-sgp.easecdn.com' },
  'singapore-2': { baseUrl: 'https://a61.easemob.com', backupBaseUrl: 'https://a61.easecdn.com' },
  'us-east-1': { baseUrl: 'https://a41.easemob.com', backupBaseUrl: 'https://a41.easecdn.com' },
} as const satisfies Record<string, DataCenter>;

/** The paths that immint calls, with JSON bodies. Sources: doc.easemob.com product/easemob_user_token.html, server-side/account_system.html */
export const EASEMOB_PATHS = {
  token: '/{org_name}/{app_name}/token',
  users: '/{org_name}/{app_name}/users',
  user: '/{org_name}/{app_name}/users/{username}',
  password: '/{org_name}/{app_name}/users/{username}/password',
  deactivate: '/{org_name}/{app_name}/users/{username}/deactivate',
  activate: '/{org_name}/{app_name}/users/{username}/activate',
  disconnect: '/{org_name}/{app_name}/users/{username}/disconnect',
  disconnectDevice: '/{org_name}/{app_name}/users/{username}/disconnect/{resource_id}',
  statuses: '/{org_name}/{app_name}/users/batch/status',
} as const;

/**
 * Calls per second that one app may make of each group of paths: the token path by itself, and one budget for everything
 * that manages users. Source: doc.easemob.com server-side/limitationapi.html
 */
export const EASEMOB_RATES_PER_SECOND = { token: 300, users: 100 } as const;

/**
 * How an app token is asked for. Easemob bans accounts that ask often, at a rate that it does not tell: so once in `floorMs` in
 * all. Who asks has the right to for `leaseMs` at a time. The service does not promise the whole lifetime, so a token is
 * renewed when this share of it is over. Source: doc.easemob.com/product/easemob_app_token.html
 */
export const EASEMOB_APP_TOKEN_TIMES = { floorMs: 60_000, leaseMs: 2_000, renewedAfterShare: 0.8 } as const;

/** Which group of {@link EASEMOB_RATES_PER_SECOND} a path belongs to. */
export const EASEMOB_RATE_GROUP_BY_PATH = {
  token: 'token',
  users: 'users',
  user: 'users',
  password: 'users',
  deactivate: 'users',
  activate: 'users',
  disconnect: 'users',
  disconnectDevice: 'users',
  statuses: 'users',
} as const satisfies Record<keyof typeof EASEMOB_PATHS, keyof typeof EASEMOB_RATES_PER_SECOND>;

/** How many users one call may name or ask for. Source: doc.easemob.com/document/server-side/account_system.html */
export const EASEMOB_USERS_PER_CALL = { register: 60, list: 100, statuses: 100 } as const;

/**
 * The largest JSON body that is sent, in bytes. Older pages refuse one over 5 kB and newer ones are silent, so lists are
 * split below it. Source: doc.easemob.com/document/server-side/error.html (2023 edition)
 */
export const EASEMOB_MAX_BODY_BYTES = 5_000;

/** The only HTTP status that means success. */
export const EASEMOB_SUCCESS_STATUS = 200;

/**
 * `org#app`, as the console shows it. The name of the app is 1 to 32 lower-case letters, digits and hyphens. For the name
 * of the organisation Easemob documents no grammar: this one is safe in a path.
 * Source: doc.easemob.com/product/enable_and_configure_IM.html
 */
export const EasemobAppKey = z
  .string()
  .regex(/^[0-9A-Za-z-]{1,64}#[a-z0-9-]{1,32}$/, 'An Easemob App Key must be org#app, as the console shows it.');
export type EasemobAppKey = z.infer<typeof EasemobAppKey>;

/**
 * A user id in the form in which Easemob stores it: 1 to 64 bytes of a-z, 0-9, `_ - .`
 * Source: doc.easemob.com/document/server-side/account_system.html
 */
export const EasemobUserId = z
  .string()
  .regex(/^[a-z0-9_.-]{1,64}$/, 'A user id must be 1 to 64 lower-case letters (a-z), digits or _ - .');
export type EasemobUserId = z.infer<typeof EasemobUserId>;

/** A user id that Easemob takes and stores in lower case; it is not the canonical form until it is folded. */
export const EasemobFoldableUserId = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'A user id must be 1 to 64 letters, digits or _ - .');
export type EasemobFoldableUserId = z.infer<typeof EasemobFoldableUserId>;

/** At most 64 characters. Source: doc.easemob.com/document/server-side/account_system.html */
export const EasemobPassword = limitedText('The password', { maxCharacters: 64 });
export type EasemobPassword = z.infer<typeof EasemobPassword>;

/** What push notifications call a user: at most 100 characters. Source: doc.easemob.com/document/server-side/account_system.html */
export const EasemobNickname = limitedText('The nickname', { maxCharacters: 100 });
export type EasemobNickname = z.infer<typeof EasemobNickname>;

/** A device of a user, such as `android_123423453246`. No grammar is documented: 256 bytes is ours. */
export const EasemobResourceId = limitedText('The device', { maxBytes: 256 });
export type EasemobResourceId = z.infer<typeof EasemobResourceId>;

/**
 * A user's name as immint keeps it: at most 64 characters. Easemob is not told names and avatars with a token, so both
 * limits are ours: the ones of the other providers, so that an app can move from one to another.
 */
export const EasemobName = limitedText('The name', { maxCharacters: 64 });
export type EasemobName = z.infer<typeof EasemobName>;

/** A user's avatar address as immint keeps it: at most 1024 bytes. */
export const EasemobAvatarUrl = limitedText('The avatar URL', { maxBytes: 1024 });
export type EasemobAvatarUrl = z.infer<typeof EasemobAvatarUrl>;

/** How long a token is to live: seconds, on VIP 5 clusters milliseconds; 0 asks for a permanent one. */
const Ttl = z.int().nonnegative();

/** JSON body that asks for an app token, the key to all other calls. Source: doc.easemob.com/product/easemob_app_token.html */
export const EasemobAppTokenRequest = z.strictObject({
  grant_type: z.literal('client_credentials'),
  client_id: z.string().min(1),
  client_secret: z.string().min(1),
  /** Seconds (VIP 5: milliseconds); 0 is permanent; left out, the console's setting holds. */
  ttl: Ttl.optional(),
});
export type EasemobAppTokenRequest = z.infer<typeof EasemobAppTokenRequest>;

/**
 * JSON body that asks for a user token by user id alone, sent with `Authorization: Bearer <app token>`.
 * Source: doc.easemob.com/product/easemob_user_token.html
 */
export const EasemobInheritTokenRequest = z.strictObject({
  grant_type: z.literal('inherit'),
  username: EasemobUserId,
  /** Whether a user that does not exist is created. */
  autoCreateUser: z.boolean(),
  /** Seconds (VIP 5: milliseconds); 0 is permanent. The pages disagree on what leaving it out means. */
  ttl: Ttl.optional(),
});
export type EasemobInheritTokenRequest = z.infer<typeof EasemobInheritTokenRequest>;

/**
 * JSON body that asks for a user token by user id and password, sent without an app token.
 * Source: doc.easemob.com/product/easemob_user_token.html (older editions; the newest no longer has this grant)
 */
export const EasemobPasswordTokenRequest = z.strictObject({
  grant_type: z.literal('password'),
  username: EasemobUserId,
  password: EasemobPassword,
  /** Seconds (VIP 5: milliseconds); 0 is permanent. */
  ttl: Ttl.optional(),
});
export type EasemobPasswordTokenRequest = z.infer<typeof EasemobPasswordTokenRequest>;

/** Whatever immint sends to the token path. */
export const EasemobTokenRequest = z.discriminatedUnion('grant_type', [
  EasemobAppTokenRequest,
  EasemobInheritTokenRequest,
  EasemobPasswordTokenRequest,
]);
export type EasemobTokenRequest = z.infer<typeof EasemobTokenRequest>;

/**
 * The same path from the receiving side: what other programs are known to send there, from the documentation's own
 * example with a `ttl` in quotes to fields left out, whose absence has an error of its own. Reads `ttl` as a number.
 */
export const EasemobTokenRequestReceived = z.object({
  grant_type: z.string().optional(),
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  autoCreateUser: z.boolean().optional(),
  /** Seconds (VIP 5: milliseconds). */
  ttl: z
    .union([
      Ttl,
      z
        .string()
        .regex(/^\d{1,15}$/)
        .transform(Number),
    ])
    .optional(),
});
export type EasemobTokenRequestReceived = z.infer<typeof EasemobTokenRequestReceived>;

/**
 * A token as Easemob hands it out (`YWMt` and base64url in every example). No limit is documented: 4,096 bytes is ours,
 * and so is the rule that it is printable ASCII, since an app token must fit into a header.
 */
export const EasemobToken = z.string().regex(/^[\x21-\x7e]{1,4096}$/, 'The token must be 1 to 4096 printable bytes.');
export type EasemobToken = z.infer<typeof EasemobToken>;

/** Seconds (VIP 5: milliseconds). What is sent for a permanent token is not documented; 0 is possible. */
const ExpiresIn = z.int().nonnegative();

/** Source: doc.easemob.com/product/easemob_app_token.html */
export const EasemobAppTokenReply = z.object({
  access_token: EasemobToken,
  /** Seconds (VIP 5: milliseconds). */
  expires_in: ExpiresIn,
});
export type EasemobAppTokenReply = z.infer<typeof EasemobAppTokenReply>;

/** Answer to the grants `inherit` and `password`. Source: doc.easemob.com/product/easemob_user_token.html */
export const EasemobUserTokenReply = z.object({
  access_token: EasemobToken,
  /** Seconds (VIP 5: milliseconds). */
  expires_in: ExpiresIn,
  user: z.object({
    /** The stored form, in lower case. */
    username: z.string(),
    /** False for a banned user. */
    activated: z.boolean(),
  }),
});
export type EasemobUserTokenReply = z.infer<typeof EasemobUserTokenReply>;

/** One user to be registered. Source: doc.easemob.com/document/server-side/account_system.html */
export const EasemobNewUser = z.strictObject({
  username: EasemobUserId,
  password: EasemobPassword,
  nickname: EasemobNickname.optional(),
});
export type EasemobNewUser = z.infer<typeof EasemobNewUser>;

/** JSON body of `POST /users`: a list also for one user. Source: doc.easemob.com/document/server-side/account_system.html */
export const EasemobRegisterRequest = z.array(EasemobNewUser).min(1).max(EASEMOB_USERS_PER_CALL.register);
export type EasemobRegisterRequest = z.infer<typeof EasemobRegisterRequest>;

/**
 * Those who were made stand in `entities`, and those who existed before in `data`; in the 2023 edition one of the latter
 * fails the whole call with 400. Source: doc.easemob.com/document/server-side/account_system.html
 */
export const EasemobRegisterReply = z.object({
  entities: z.array(z.object({ username: z.string() })).nullish(),
  data: z.array(z.object({ username: z.string(), registerUserFailReason: z.string() })).nullish(),
});
export type EasemobRegisterReply = z.infer<typeof EasemobRegisterReply>;

/** A user as Easemob shows it. Source: doc.easemob.com/document/server-side/account_system.html */
export const EasemobUserEntity = z.object({
  /** The stored form, in lower case. */
  username: z.string().min(1),
  nickname: z.string().nullish(),
  /** Milliseconds since 1970. */
  created: z.int().min(0).max(8_640_000_000_000_000).nullish(),
  /** False for a banned user. */
  activated: z.boolean(),
});
export type EasemobUserEntity = z.infer<typeof EasemobUserEntity>;

/** Answer to `GET` and `POST …/deactivate` of one user. Source: doc.easemob.com/document/server-side/account_system.html */
export const EasemobUserReply = z.object({ entities: z.tuple([EasemobUserEntity]) });
export type EasemobUserReply = z.infer<typeof EasemobUserReply>;

/** Answer to `DELETE` of one user. Source: doc.easemob.com/document/server-side/account_system.html */
export const EasemobDeletedUserReply = z.object({ entities: z.tuple([z.object({ username: z.string() })]) });
export type EasemobDeletedUserReply = z.infer<typeof EasemobDeletedUserReply>;

/** Query of `GET /users`. Source: doc.easemob.com/document/server-side/account_system.html */
export const EasemobListUsersRequest = z.strictObject({
  /** Easemob takes 10 when it is left out. */
  limit: z.int().min(1).max(EASEMOB_USERS_PER_CALL.list),
  /** What the page before gave. No limit is documented: 2,048 bytes is ours. */
  cursor: limitedText('The cursor', { maxBytes: 2048 }).optional(),
});
export type EasemobListUsersRequest = z.infer<typeof EasemobListUsersRequest>;

/** Users by the time of their creation. Source: doc.easemob.com/document/server-side/account_system.html */
export const EasemobListUsersReply = z.object({
  entities: z.array(EasemobUserEntity),
  /** Left out on the last page. */
  cursor: z.string().max(2048).nullish(),
});
export type EasemobListUsersReply = z.infer<typeof EasemobListUsersReply>;

/**
 * JSON body of `PUT /users/{username}/password`. Newer pages say that it ends the user's tokens and logs out all devices;
 * older ones are silent. Source: doc.easemob.com/document/server-side/account_system.html
 */
export const EasemobSetPasswordRequest = z.strictObject({ newpassword: EasemobPassword });
export type EasemobSetPasswordRequest = z.infer<typeof EasemobSetPasswordRequest>;

/** Answer to the calls that only say that they were done. Source: doc.easemob.com/document/server-side/account_system.html */
export const EasemobDoneReply = z.object({ action: z.string() });
export type EasemobDoneReply = z.infer<typeof EasemobDoneReply>;

/** Answer to both calls that log devices out. Source: doc.easemob.com/document/server-side/account_system.html */
export const EasemobDisconnectReply = z.object({ data: z.object({ result: z.literal(true) }) });
export type EasemobDisconnectReply = z.infer<typeof EasemobDisconnectReply>;

/** JSON body of `POST /users/batch/status`. Source: doc.easemob.com/document/server-side/account_system.html */
export const EasemobReadStatusesRequest = z.strictObject({
  usernames: z.array(EasemobUserId).min(1).max(EASEMOB_USERS_PER_CALL.statuses),
});
export type EasemobReadStatusesRequest = z.infer<typeof EasemobReadStatusesRequest>;

/** One object a user, its only name the user id; an unknown user is offline. Source: doc.easemob.com/document/server-side/account_system.html */
export const EasemobReadStatusesReply = z.object({
  data: z.array(z.record(z.string(), z.enum(['online', 'offline']))),
});
export type EasemobReadStatusesReply = z.infer<typeof EasemobReadStatusesReply>;

/** Any answer that is not a success. Source: doc.easemob.com/document/server-side/error.html */
export const EasemobErrorBody = z.object({
  error: z.string(),
  error_description: z.string().nullish(),
});
export type EasemobErrorBody = z.infer<typeof EasemobErrorBody>;

/**
 * The closed list of errors: an error is the pair of HTTP status and `error`. The descriptions are those that pages
 * print (`{}` stands for a value); they change between editions, so they may split one meaning and never decide alone.
 * Sources: doc.easemob.com/document/server-side/error.html, account_system.html, product/easemob_user_token.html
 */
export const EASEMOB_ERRORS = [
  {
    httpStatus: 400,
    error: 'illegal_argument',
    meaning: 'A field is missing, too long or not allowed.',
    descriptions: [
      'client_id must be provided.',
      'client_secret must be provided',
      'username [{}] is not legal',
      'username {} is not legal',
      'username is not legal',
      'USERNAME_TOO_LONG',
      'NICKNAME_TOO_LONG',
      'password or pin must provided',
      'newpassword is required',
      'Entity user requires a property named username',
      'Request body array size[{}] had almost reached or been greater than the upper range value[{}]',
      'request body exceeds maximum limit, maximum limit is {}',
      'this is an invalid request.',
    ],
  },
  {
    httpStatus: 400,
    error: 'invalid_grant',
    meaning: 'By grant: wrong client id or secret; banned user; wrong password.',
    descriptions: [
      'client_id does not match',
      'client_secret does not match',
      'user not activated',
      'invalid password',
      'invalid username or password',
    ],
  },
  {
    httpStatus: 400,
    error: 'json_parse',
    meaning: 'The body is not JSON.',
    descriptions: ['Unexpected character {}'],
  },
  {
    httpStatus: 400,
    error: 'duplicate_unique_property_exists',
    meaning: 'The user exists already, or stands twice in one batch.',
    descriptions: [
      'Application {} Entity user requires that property named username be unique, value of {} exists',
      'the same user {} has a different password, the passwords are {}',
    ],
  },
  {
    httpStatus: 400,
    error: 'required_property_not_found',
    meaning: 'There is no such user (older wording).',
    descriptions: ['Entity user requires a property named username'],
  },
  {
    httpStatus: 400,
    error: 'management',
    meaning: 'There is no such user to delete.',
    descriptions: ['User with id null does not exist in app {}'],
  },
  {
    httpStatus: 401,
    error: 'unauthorized',
    meaning: 'The app token is missing, wrong or expired.',
    descriptions: [
      'Unable to authenticate (OAuth)',
      'Unable to authenticate due to expired access token',
      'token is illegal.',
      "Open registration doesn't allow, so register user need token",
      'registration is not open, please contact the app admin',
    ],
  },
  {
    httpStatus: 401,
    error: 'auth_bad_access_token',
    meaning: 'The app token is malformed, a user token, or of another app.',
    descriptions: ['Unable to authenticate due to corrupt access token', 'Unable to authenticate'],
  },
  {
    httpStatus: 403,
    error: 'forbidden_service_operation',
    meaning: 'The app or the user is banned.',
    descriptions: ['Service operation not allowed'],
  },
  {
    httpStatus: 403,
    error: 'FORBIDDEN',
    meaning: 'The feature is switched off for this app.',
    descriptions: [],
  },
  {
    httpStatus: 404,
    error: 'organization_application_not_found',
    meaning: 'There is no app of this App Key on this host.',
    descriptions: ['Could not find application for {} from URI: {}'],
  },
  {
    httpStatus: 404,
    error: 'invalid_grant',
    meaning: 'There is no such user.',
    descriptions: ['user not found'],
  },
  {
    httpStatus: 404,
    error: 'entity_not_found',
    meaning: 'There is no such user.',
    descriptions: ['User null not found'],
  },
  {
    httpStatus: 404,
    error: 'service_resource_not_found',
    meaning: 'There is no such user in the path.',
    descriptions: ['Service resource not found'],
  },
  {
    httpStatus: 409,
    error: 'concurrent_operation_error',
    meaning: 'The same user is being created by another call.',
    descriptions: ['concurrency create app user failed'],
  },
  {
    httpStatus: 413,
    error: 'Request Entity Too Large',
    meaning: 'The body is too large (older pages: over 5 kB).',
    descriptions: ['Request Entity Too Large'],
  },
  {
    httpStatus: 415,
    error: 'web_application',
    meaning: 'The content type is wrong.',
    descriptions: ['Unsupported Media Type'],
  },
  {
    httpStatus: 429,
    error: 'reach_limit',
    meaning: 'Too many calls in this second.',
    descriptions: ['This request has reached api limit', 'This request has reached api limit.'],
  },
  {
    httpStatus: 429,
    error: 'resource_limited',
    meaning: 'The app has all the users that its plan allows.',
    descriptions: [
      'You have exceeded the limit of the community edition,Please upgrade to the enterprise edition',
      'You have exceeded the limit of the Free edition. Please upgrade to higher edition.',
    ],
  },
  {
    httpStatus: 500,
    error: 'no_full_text_index',
    meaning: 'A query searched usernames by a part of them.',
    descriptions: [],
  },
  {
    httpStatus: 500,
    error: 'unsupported_service_operation',
    meaning: 'The path does not take this method.',
    descriptions: ['Service operation not supported'],
  },
  {
    httpStatus: 500,
    error: 'web_application',
    meaning: 'There is no such path.',
    descriptions: ['javax.ws.rs.WebApplicationException'],
  },
] as const satisfies readonly {
  httpStatus: number;
  error: string;
  meaning: string;
  descriptions: readonly string[];
}[];

type NameOf<Row> = Row extends { httpStatus: infer Status extends number; error: infer Name extends string }
  ? `${Status} ${Name}`
  : never;

/** An error by its pair of HTTP status and `error`, such as `404 entity_not_found`. */
export type EasemobErrorName = NameOf<(typeof EASEMOB_ERRORS)[number]>;

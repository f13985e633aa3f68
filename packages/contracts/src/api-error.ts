import { z } from 'zod';

/** tRPC's error codes that this API uses, with the HTTP status of each (tRPC: `getHTTPStatusCode`). */
export const HTTP_STATUS_BY_CODE = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_SUPPORTED: 405,
  TIMEOUT: 408,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  TOO_MANY_REQUESTS: 429,
  INTERNAL_SERVER_ERROR: 500,
  BAD_GATEWAY: 502,
  SERVICE_UNAVAILABLE: 503,
  GATEWAY_TIMEOUT: 504,
} as const;

/** A tRPC error code that this API can answer with. */
export type ApiErrorCode = keyof typeof HTTP_STATUS_BY_CODE;

interface ReasonEntry {
  readonly code: ApiErrorCode;
  /** What the caller reads when the server has nothing more exact to say. */
  readonly sentence: string;
}

/**
 * Every reason for which this API refuses, closed: a new one is a new row here, and every table that translates
 * reasons stops compiling until it has decided what the new one means.
 */
export const REASONS = {
  // What was sent
  INPUT_INVALID: { code: 'BAD_REQUEST', sentence: 'The input does not fit this call: mend the named fields.' },
  BODY_NOT_JSON: { code: 'BAD_REQUEST', sentence: 'The body is not JSON: send one JSON document.' },
  BODY_TOO_LARGE: { code: 'PAYLOAD_TOO_LARGE', sentence: 'The body is over 64 KB: send less in one call.' },
  CONTENT_TYPE_UNSUPPORTED: {
    code: 'UNSUPPORTED_MEDIA_TYPE',
    sentence: 'The body is not announced as JSON: send Content-Type: application/json.',
  },
  PROCEDURE_UNKNOWN: { code: 'NOT_FOUND', sentence: 'There is no such call: compare the path with the API list.' },
  METHOD_UNSUPPORTED: {
    code: 'METHOD_NOT_SUPPORTED',
    sentence: 'This call takes the other HTTP method: queries are GET, mutations are POST.',
  },

  // Who is calling
  CREDENTIALS_MISSING: {
    code: 'UNAUTHORIZED',
    sentence: 'No API key came with the call: send Authorization: Bearer <API key>.',
  },
  CREDENTIALS_REFUSED: {
    code: 'UNAUTHORIZED',
    sentence: 'This API key is not known or was revoked: use another one, or create one with `immint key create`.',
  },
  NOT_ALLOWED: { code: 'FORBIDDEN', sentence: 'This API key may not do that: use an admin key, or one for this app.' },

  // Apps and keys
  APP_UNKNOWN: { code: 'NOT_FOUND', sentence: 'There is no app of this name: `immint app list` shows them.' },
  APP_NAME_TAKEN: {
    code: 'CONFLICT',
    sentence: 'An app of this name exists: choose another name, or update that app.',
  },
  APP_KEY_TAKEN: {
    code: 'CONFLICT',
    sentence:
      'Another app has this App Key: a provider counts its rate and dates its secrets by App Key, so there can be one app for it.',
  },
  APP_CHANGE_DROPS_TOKENS: {
    code: 'CONFLICT',
    sentence: 'This change drops the stored tokens of the app: repeat it with dropTokens to agree.',
  },
  APP_REMOVAL_UNCONFIRMED: {
    code: 'CONFLICT',
    sentence: 'To remove an app, repeat its name as the confirmation.',
  },
  SECRET_NOT_STAGED: {
    code: 'CONFLICT',
    sentence: 'No secret of this app waits to be put in force: enter the refreshed one with `immint app secret stage`.',
  },
  CUT_OVER_IN_PROGRESS: {
    code: 'SERVICE_UNAVAILABLE',
    sentence: 'The secret of this app is being changed over at this moment: try again after the given time.',
  },
  CUT_OVER_UNDONE: {
    code: 'BAD_GATEWAY',
    sentence:
      'The provider refuses the new secret, so the app goes on with the old one, and the new one is dropped: compare it with the console and stage it again.',
  },
  CUT_OVER_UNANSWERED: {
    code: 'GATEWAY_TIMEOUT',
    sentence:
      'The provider did not answer, so nobody knows yet whether the new secret is in force: it is asked again until it answers, and `immint app show` tells how that ended.',
  },
  KEY_UNKNOWN: { code: 'NOT_FOUND', sentence: 'There is no API key of this id: `immint key list` shows them.' },

  // Jobs
  JOB_UNKNOWN: { code: 'NOT_FOUND', sentence: 'There is no job of this number: `immint job list` shows them.' },
  JOB_STATE_REFUSED: {
    code: 'CONFLICT',
    sentence: 'The job is not in a state for that: `immint job show` says which one it is in.',
  },
  JOB_ITEMS_DIFFER: {
    code: 'CONFLICT',
    sentence: 'The job has other users under these numbers: go on with the very same list, or make another job.',
  },

  // The user and the token
  USER_ID_REFUSED: { code: 'BAD_REQUEST', sentence: 'The provider does not take this user id.' },
  USER_ID_SPELLING_TAKEN: {
    code: 'CONFLICT',
    sentence: 'The provider holds this user id for the same as one stored in another spelling: use the first spelling.',
  },
  NAME_REFUSED: { code: 'BAD_REQUEST', sentence: 'The name is over the provider’s limit: shorten it.' },
  AVATAR_URL_REFUSED: { code: 'BAD_REQUEST', sentence: 'The avatar URL is over 1024 bytes: shorten it.' },
  TTL_UNSUPPORTED: {
    code: 'BAD_REQUEST',
    sentence: 'This provider takes no lifetime: leave ttlSeconds out, and set the lifetime in the provider’s console.',
  },
  TTL_REFUSED: {
    code: 'BAD_REQUEST',
    sentence: 'A ttlSeconds of 0 means a permanent token, which this app does not allow: give a lifetime.',
  },
  PASSWORD_UNSUPPORTED: {
    code: 'BAD_REQUEST',
    sentence: 'This provider has no passwords: leave the password out.',
  },
  TOKEN_UNKNOWN: { code: 'NOT_FOUND', sentence: 'No token of this user is stored: obtain one first.' },
  FRESH_TOO_SOON: {
    code: 'TOO_MANY_REQUESTS',
    sentence: 'A fresh token was asked for a moment ago: use the stored one, or wait.',
  },
  REPORT_NOT_ABOUT_TOKEN: {
    code: 'BAD_REQUEST',
    sentence:
      'This code of the client SDK is not about the token, and a new one would change nothing: the stored one stays.',
  },
  USER_BARRED: {
    code: 'FORBIDDEN',
    sentence: 'This user is barred, so no token is given: `immint token unbar` lets the user in again.',
  },
  REVOKED_JUST_NOW: {
    code: 'TOO_MANY_REQUESTS',
    sentence:
      'This user’s tokens were revoked a moment ago, and the provider would end a new one too: try again after the given time.',
  },
  PROVIDER_CLOCK_DISAGREES: {
    code: 'BAD_GATEWAY',
    sentence:
      'The provider’s clock and ours are more than 5 minutes apart, so no instant can be named before which tokens end: set this machine’s clock, then revoke again.',
  },
  CHANGED_MEANWHILE: {
    code: 'CONFLICT',
    sentence: 'The app or its token was changed while this call was under way: try again.',
  },
  USER_UNKNOWN: {
    code: 'NOT_FOUND',
    sentence: 'The provider does not know this user: register the user, or let the app create users by itself.',
  },
  USER_BANNED: { code: 'FORBIDDEN', sentence: 'The provider has banned this user: lift the ban first.' },
  PASSWORD_REFUSED: { code: 'FORBIDDEN', sentence: 'The provider refused this password.' },
  PASSWORD_TOO_SOON: {
    code: 'TOO_MANY_REQUESTS',
    sentence: 'Wrong passwords were given for this user: wait before the next try.',
  },

  // The provider
  PROVIDER_CREDENTIALS_REFUSED: {
    code: 'BAD_GATEWAY',
    sentence: 'The provider refuses this app’s key or secret: compare both with the console, then correct the app.',
  },
  PROVIDER_APP_UNAVAILABLE: {
    code: 'BAD_GATEWAY',
    sentence: 'The provider has locked this account, this call or this address: see the provider’s console.',
  },
  PROVIDER_USER_LIMIT_REACHED: {
    code: 'BAD_GATEWAY',
    sentence: 'The account has reached its number of users at the provider: raise the plan, or remove users there.',
  },
  PROVIDER_RATE_LIMITED: {
    code: 'TOO_MANY_REQUESTS',
    sentence: 'The provider’s rate is used up: try again after the given time.',
  },
  RATE_USED_UP: {
    code: 'TOO_MANY_REQUESTS',
    sentence: 'This app’s share of the provider’s rate is used up for longer than this call may take: try again later.',
  },
  PROVIDER_RESTING: {
    code: 'SERVICE_UNAVAILABLE',
    sentence: 'The provider failed again and again, so it is not called for a moment: try again after the given time.',
  },
  APP_PAUSED: {
    code: 'BAD_GATEWAY',
    sentence:
      'The provider refused this app’s key or secret three times, so it is asked only once a minute: correct the secret, and it goes on by itself.',
  },
  PROVIDER_ADDRESS_REFUSED: {
    code: 'BAD_GATEWAY',
    sentence:
      'The provider’s host has an address that this app may not call: check the base URL, or allow private addresses for this app.',
  },
  CALL_UNSUPPORTED: { code: 'BAD_REQUEST', sentence: 'This app’s provider has no such call.' },
  USER_EXISTS: { code: 'CONFLICT', sentence: 'The provider has a user of this id already.' },
  PROVIDER_REFUSED: {
    code: 'BAD_GATEWAY',
    sentence:
      'The provider refused the call as wrong: check that it has this user, and compare the app’s settings with the console.',
  },
  PROVIDER_CODE_UNKNOWN: {
    code: 'BAD_GATEWAY',
    sentence: 'The provider refused with a code that is not in its documentation.',
  },
  PROVIDER_BUSY_WITH_USER: {
    code: 'SERVICE_UNAVAILABLE',
    sentence: 'The provider is creating this very user for another call: try again in a second.',
  },
  PROVIDER_FAILED: { code: 'BAD_GATEWAY', sentence: 'The provider failed inside: try again later.' },
  PROVIDER_UNREACHABLE: {
    code: 'BAD_GATEWAY',
    sentence: 'The provider cannot be reached: check the app’s base URL and the network, then try again.',
  },
  PROVIDER_TIMEOUT: { code: 'GATEWAY_TIMEOUT', sentence: 'The provider did not answer in time: try again later.' },
  PROVIDER_BROKE_CONTRACT: {
    code: 'BAD_GATEWAY',
    sentence:
      'The provider’s answer is not what its documentation promises: check that the base URL is the provider’s.',
  },

  // This server
  DEADLINE_EXCEEDED: {
    code: 'TIMEOUT',
    sentence: 'The time that this call was given is over: try again, or give it more with Immint-Timeout-Ms.',
  },
  DATABASE_UNAVAILABLE: {
    code: 'SERVICE_UNAVAILABLE',
    sentence: 'The server cannot reach its database: try again later.',
  },
  SHUTTING_DOWN: { code: 'SERVICE_UNAVAILABLE', sentence: 'The server is stopping: try again in a moment.' },
  INTERNAL: {
    code: 'INTERNAL_SERVER_ERROR',
    sentence: 'Something went wrong on our side: give the request id to whoever runs this server.',
  },
} as const satisfies Record<string, ReasonEntry>;

/** One of the keys of {@link REASONS}. */
export type Reason = keyof typeof REASONS;

/** A {@link Reason}, read off the wire. */
export const Reason = z.custom<Reason>((value) => typeof value === 'string' && Object.hasOwn(REASONS, value), {
  error: 'must be one of the documented reasons',
});

/** An {@link ApiErrorCode}, read off the wire. */
const ApiErrorCode = z.custom<ApiErrorCode>(
  (value) => typeof value === 'string' && Object.hasOwn(HTTP_STATUS_BY_CODE, value),
  { error: 'must be one of the documented codes' },
);

/**
 * What `error.data` holds in an answer of this API, besides `error.message`, which is a sentence for people.
 * `retryAfterMs` is there when trying again makes sense and the wait is known.
 */
export const ApiErrorData = z.object({
  code: ApiErrorCode,
  httpStatus: z.int().min(400).max(599),
  reason: Reason,
  requestId: z.string(),
  retryAfterMs: z.int().nonnegative().optional(),
});
export type ApiErrorData = z.infer<typeof ApiErrorData>;

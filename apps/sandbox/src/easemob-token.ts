import type { AccountSettings, TokenRecord, UserRecord } from './account.ts';
import { readAgoraTokenOf, readBearer, requireAppToken, TOKEN_PATH_REFUSALS } from './easemob-app-token.ts';
import type { EasemobCall } from './easemob-call.ts';
import { easemobRefusal } from './easemob-error.ts';
import { applicationUuid, ok, toNewEntity } from './easemob-reply.ts';
import { readJsonObject } from './easemob-request.ts';
import { createEasemobUser, findEasemobUser, isPasswordOf } from './easemob-user.ts';
import type { Answer, World } from './provider-call.ts';
import { randomBase64Url } from './random-text.ts';

/** A request to the token path with its body read. */
interface GrantCall extends EasemobCall {
  readonly fields: Readonly<Record<string, unknown>>;
}

const DEFAULT_TTL_SECONDS = 5_184_000;
/** Official Java SDKs read `expires_in` into an int. */
const MAX_EXPIRES_IN_SECONDS = 2_147_483_647;

/** What each `grant_type` does. Sources: doc.easemob.com/product/easemob_app_token.html, easemob_user_token.html */
const GRANTS: Readonly<Record<string, (grant: GrantCall) => object>> = {
  client_credentials: (grant) => {
    const { fields, account, world } = grant;
    const { clientId, secret } = account.record;
    const givenId = requireCredential(fields['client_id'], 'client_id must be provided.', world);
    const givenSecret = requireCredential(fields['client_secret'], 'client_secret must be provided', world);
    if (givenId !== clientId) throw easemobRefusal('400 invalid_grant', 'client_id does not match', world);
    if (givenSecret !== secret) throw easemobRefusal('400 invalid_grant', 'client_secret does not match', world);
    return { ...issue(grant, null), application: applicationUuid(account) };
  },
  inherit: (grant) => {
    const { call, fields, account, world } = grant;
    requireAppToken(call, account, world, TOKEN_PATH_REFUSALS);
    const username = requireUsername(fields, world);
    const autoCreateUser = readAutoCreateUser(grant);
    const known = findEasemobUser(account, username);
    if (known === undefined && !autoCreateUser) {
      throw easemobRefusal('404 invalid_grant', 'user not found', world, 'autoCreateUser true would create the user');
    }
    if (known !== undefined) {
      requireActivated(known, world);
      if (autoCreateUser) refuseConcurrentCreation(known, account.record.settings, world);
    }
    // The ttl is checked before the user is made, so that a refused call leaves nothing behind.
    readLife(grant);
    return issueToUser(grant, known ?? createEasemobUser({ username, password: null, nickname: null }, 'token', grant));
  },
  password: (grant) => {
    const { fields, account, world, rules } = grant;
    const username = requireUsername(fields, world);
    const { password } = fields;
    if (typeof password !== 'string') throw easemobRefusal('400 illegal_argument', 'password must be provided', world);
    const user = findEasemobUser(account, username);
    if (user === undefined || !isPasswordOf(user, password)) {
      // The pages of 2023 have one wording for both.
      if (rules.edition === '2023') throw easemobRefusal('400 invalid_grant', 'invalid username or password', world);
      if (user === undefined) throw easemobRefusal('404 entity_not_found', 'User null not found', world);
      throw easemobRefusal('400 invalid_grant', 'invalid password', world);
    }
    requireActivated(user, world);
    return issueToUser(grant, user);
  },
  agora: (grant) => {
    const { call, account, world } = grant;
    const bearer = readBearer(call.headers) ?? '';
    requireAppToken(call, account, world, TOKEN_PATH_REFUSALS);
    const agoraToken = readAgoraTokenOf(account, bearer);
    if (agoraToken === null) {
      const hint = "send Agora's own token, 007..., as Bearer";
      throw easemobRefusal('401 unauthorized', 'Unable to authenticate (OAuth)', world, hint);
    }
    const token = saveToken(grant, null, agoraToken.expiresAtMs);
    return { access_token: token.token, expire_timestamp: token.expiresAtMs };
  },
};

/** Answers the token path. */
export function answerTokenCall(call: EasemobCall): Answer {
  const fields = readJsonObject(call);
  const grantType = fields['grant_type'];
  const act = typeof grantType === 'string' && Object.hasOwn(GRANTS, grantType) ? GRANTS[grantType] : undefined;
  if (act === undefined) {
    const text = `grant_type must be one of: ${Object.keys(GRANTS).join(', ')}`;
    throw easemobRefusal('400 illegal_argument', text, call.world);
  }
  return ok(act({ ...call, fields }));
}

function issueToUser(grant: GrantCall, user: UserRecord): object {
  return { ...issue(grant, user), user: toNewEntity(user) };
}

function issue(grant: GrantCall, user: UserRecord | null): object {
  const { expiresIn, lifeMs } = readLife(grant);
  const expiresAtMs = lifeMs === null ? null : grant.world.state.nowMs() + lifeMs;
  return { access_token: saveToken(grant, user, expiresAtMs).token, expires_in: expiresIn };
}

function saveToken({ account, world }: GrantCall, user: UserRecord | null, expiresAtMs: number | null): TokenRecord {
  const { provider, appKey, secretEpoch } = account.record;
  const token: TokenRecord = {
    token: `YWMt${randomBase64Url(world.randomBytes, 96)}`,
    userId: user?.userId ?? null,
    // Never before the change of password in the same millisecond that it came after.
    issuedAtMs: Math.max(world.state.nowMs(), user?.revokedBeforeMs ?? 0),
    expiresAtMs,
    secretEpoch,
  };
  world.state.commit({ event: 'token-saved', provider, appKey, token });
  return token;
}

interface Life {
  /** In the account's unit; 0 = permanent, as no page says what is sent then. */
  readonly expiresIn: number;
  readonly lifeMs: number | null;
}

function readLife(grant: GrantCall): Life {
  const { ttlUnit, tokenTtlSeconds } = grant.account.record.settings;
  const unitMs = ttlUnit === 'seconds' ? 1_000 : 1;
  const asked = readTtl(grant) ?? ((tokenTtlSeconds ?? DEFAULT_TTL_SECONDS) * 1_000) / unitMs;
  const expiresIn = ttlUnit === 'seconds' ? Math.min(asked, MAX_EXPIRES_IN_SECONDS) : asked;
  return { expiresIn, lifeMs: expiresIn === 0 ? null : expiresIn * unitMs };
}

function readTtl({ fields, rules, world }: GrantCall): number | null {
  const { ttl } = fields;
  if (ttl === undefined || ttl === null) return null;
  const number = rules.ttlInQuotes && typeof ttl === 'string' && /^\d{1,15}$/.test(ttl) ? Number(ttl) : ttl;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
  throw easemobRefusal('400 illegal_argument', 'ttl must be a whole number, 0 for permanent', world);
}

function readAutoCreateUser({ fields, rules, world }: GrantCall): boolean {
  const { autoCreateUser } = fields;
  if (rules.autoCreateUserRequired && typeof autoCreateUser !== 'boolean') {
    throw easemobRefusal('400 illegal_argument', 'autoCreateUser must be true or false', world);
  }
  return autoCreateUser === true;
}

/** Who was made by a token call has no password; a registered user never meets this, as the page promises. */
function refuseConcurrentCreation(user: UserRecord, settings: AccountSettings, world: World): void {
  const ageMs = world.state.nowMs() - user.createdAtMs;
  if (user.passwordHash !== null || ageMs >= settings.concurrentCreateMs) return;
  const hint = 'another call has just created this user: ask again in a second, or set concurrentCreateMs to 0';
  throw easemobRefusal('409 concurrent_operation_error', 'concurrency create app user failed', world, hint);
}

function requireCredential(value: unknown, description: string, world: World): string {
  if (typeof value !== 'string' || value === '') throw easemobRefusal('400 illegal_argument', description, world);
  return value;
}

function requireUsername(fields: Readonly<Record<string, unknown>>, world: World): string {
  return requireCredential(fields['username'], 'username must be provided', world);
}

function requireActivated(user: UserRecord, world: World): void {
  if (!user.activated) throw easemobRefusal('400 invalid_grant', 'user not activated', world);
}

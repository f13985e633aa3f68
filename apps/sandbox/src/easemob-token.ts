import { createHash } from 'node:crypto';

import type { Account, AccountSettings, TokenRecord, UserRecord } from './account.ts';
import { requireAppToken, TOKEN_PATH_REFUSALS } from './easemob-app-token.ts';
import { easemobRefusal } from './easemob-error.ts';
import { createEasemobUser, findEasemobUser, isPasswordOf } from './easemob-user.ts';
import type { Answer, ProviderCall, World } from './provider-call.ts';
import { randomBase64Url, toUuid } from './random-text.ts';

/** A request to the token path past the checks that all grants share. */
interface GrantCall {
  readonly call: ProviderCall;
  readonly fields: Record<string, unknown>;
  readonly account: Account;
  readonly world: World;
}

const DEFAULT_TTL_SECONDS = 5_184_000;
/** Official Java SDKs read `expires_in` into an int. */
const MAX_EXPIRES_IN_SECONDS = 2_147_483_647;

/** What each `grant_type` does. Sources: doc.easemob.com/product/easemob_app_token.html, easemob_user_token.html */
const GRANTS: Readonly<Record<string, (grant: GrantCall) => object>> = {
  client_credentials: ({ fields, account, world }) => {
    const { clientId, secret } = account.record;
    const givenId = requireCredential(fields['client_id'], 'client_id must be provided.', world);
    const givenSecret = requireCredential(fields['client_secret'], 'client_secret must be provided', world);
    if (givenId !== clientId) throw easemobRefusal('400 invalid_grant', 'client_id does not match', world);
    if (givenSecret !== secret) throw easemobRefusal('400 invalid_grant', 'client_secret does not match', world);
    return { ...issue({ fields, account, world }, null), application: applicationUuid(account) };
  },
  inherit: ({ call, fields, account, world }) => {
    requireAppToken(call, account, world, TOKEN_PATH_REFUSALS);
    const username = requireUsername(fields, world);
    const known = findEasemobUser(account, username);
    if (known === undefined && fields['autoCreateUser'] !== true) {
      throw easemobRefusal('404 invalid_grant', 'user not found', world, 'autoCreateUser true would create the user');
    }
    if (known !== undefined) requireActivated(known, world);
    // The ttl is checked before the user is made, so that a refused call leaves nothing behind.
    readLife(fields, account.record.settings, world);
    const user = known ?? createEasemobUser(account, { username, password: null, nickname: null }, world);
    return issueToUser({ fields, account, world }, user);
  },
  password: ({ fields, account, world }) => {
    const username = requireUsername(fields, world);
    const { password } = fields;
    if (typeof password !== 'string') throw easemobRefusal('400 illegal_argument', 'password must be provided', world);
    const user = findEasemobUser(account, username);
    if (user === undefined) throw easemobRefusal('404 entity_not_found', 'User null not found', world);
    if (!isPasswordOf(user, password)) throw easemobRefusal('400 invalid_grant', 'invalid password', world);
    requireActivated(user, world);
    return issueToUser({ fields, account, world }, user);
  },
};

/** Answers the token path. */
export function answerTokenCall(grant: GrantCall): Answer {
  const { fields, world } = grant;
  const grantType = fields['grant_type'];
  const act = typeof grantType === 'string' && Object.hasOwn(GRANTS, grantType) ? GRANTS[grantType] : undefined;
  if (act === undefined) {
    const text = `grant_type must be one of: ${Object.keys(GRANTS).join(', ')}`;
    throw easemobRefusal('400 illegal_argument', text, world);
  }
  return { status: 200, code: null, body: act(grant) };
}

/** The UUID of the application, the same in every answer about one App Key. */
export function applicationUuid({ record }: Account): string {
  return toUuid(createHash('sha256').update(record.appKey).digest().subarray(0, 16));
}

type Issue = Pick<GrantCall, 'fields' | 'account' | 'world'>;

function issueToUser(issueCall: Issue, user: UserRecord): object {
  return {
    ...issue(issueCall, user.userId),
    user: {
      uuid: user.uuid,
      type: 'user',
      created: user.createdAtMs,
      modified: user.modifiedAtMs,
      username: user.userId,
      activated: user.activated,
    },
  };
}

function issue({ fields, account, world }: Issue, userId: string | null): object {
  const { provider, appKey, secretEpoch, settings } = account.record;
  const { expiresIn, lifeMs } = readLife(fields, settings, world);
  const issuedAtMs = world.state.nowMs();
  const token: TokenRecord = {
    token: `YWMt${randomBase64Url(world.randomBytes, 96)}`,
    userId,
    issuedAtMs,
    expiresAtMs: lifeMs === null ? null : issuedAtMs + lifeMs,
    secretEpoch,
  };
  world.state.commit({ event: 'token-saved', provider, appKey, token });
  return { access_token: token.token, expires_in: expiresIn };
}

interface Life {
  /** In the account's unit; 0 = permanent, as no page says what is sent then. */
  readonly expiresIn: number;
  readonly lifeMs: number | null;
}

function readLife(fields: Record<string, unknown>, settings: AccountSettings, world: World): Life {
  const unitMs = settings.ttlUnit === 'seconds' ? 1_000 : 1;
  const asked = readTtl(fields['ttl'], world) ?? ((settings.tokenTtlSeconds ?? DEFAULT_TTL_SECONDS) * 1_000) / unitMs;
  const expiresIn = settings.ttlUnit === 'seconds' ? Math.min(asked, MAX_EXPIRES_IN_SECONDS) : asked;
  return { expiresIn, lifeMs: expiresIn === 0 ? null : expiresIn * unitMs };
}

/** The pages' own example sends the number in quotes. */
function readTtl(ttl: unknown, world: World): number | null {
  if (ttl === undefined || ttl === null) return null;
  const number = typeof ttl === 'string' && /^\d{1,15}$/.test(ttl) ? Number(ttl) : ttl;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
  throw easemobRefusal('400 illegal_argument', 'ttl must be a whole number, 0 for permanent', world);
}

function requireCredential(value: unknown, description: string, world: World): string {
  if (typeof value !== 'string' || value === '') throw easemobRefusal('400 illegal_argument', description, world);
  return value;
}

function requireUsername(fields: Record<string, unknown>, world: World): string {
  return requireCredential(fields['username'], 'username must be provided', world);
}

function requireActivated(user: UserRecord, world: World): void {
  if (!user.activated) throw easemobRefusal('400 invalid_grant', 'user not activated', world);
}

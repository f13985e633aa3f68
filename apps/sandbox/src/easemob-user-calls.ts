import type { Account, UserRecord } from './account.ts';
import { GENERAL_REFUSALS, REGISTER_REFUSALS, requireAppToken } from './easemob-app-token.ts';
import { easemobRefusal } from './easemob-error.ts';
import { applicationUuid } from './easemob-token.ts';
import {
  checkNewUsername,
  checkRoomForUsers,
  createEasemobUser,
  findEasemobUser,
  type NewEasemobUser,
} from './easemob-user.ts';
import { isRecord } from './json-body.ts';
import type { Answer, ProviderCall, World } from './provider-call.ts';

const MAX_BATCH = 60;
const MAX_PASSWORD_CHARACTERS = 64;
const MAX_NICKNAME_CHARACTERS = 100;

/** `POST /users`: one object, or a list of up to 60. Source: doc.easemob.com/document/server-side/account_system.html */
export function registerUsers(call: ProviderCall, body: unknown, account: Account, world: World): Answer {
  requireAppToken(call, account, world, REGISTER_REFUSALS);
  const items: readonly unknown[] = Array.isArray(body) ? body : [body];
  if (items.length === 0 || items.length > MAX_BATCH) {
    const text = `Request body array size[${items.length}] had almost reached or been greater than the upper range value[${MAX_BATCH}]`;
    throw easemobRefusal('400 illegal_argument', text, world);
  }
  const newUsers = items.map((item) => readNewUser(item, world));
  const [only] = newUsers;
  if (newUsers.length === 1 && only !== undefined) {
    if (findEasemobUser(account, only.username) !== undefined) throw alreadyExists(account, only.username, world);
    return describe(call, account, world, { action: 'post', path: '/users' }, [
      createEasemobUser(account, only, world),
    ]);
  }
  return registerBatch(call, newUsers, account, world);
}

/** Existing names do not spoil a batch: they come back under `data` (2024 edition of the page). */
function registerBatch(
  call: ProviderCall,
  newUsers: readonly NewEasemobUser[],
  account: Account,
  world: World,
): Answer {
  for (const { username } of newUsers) checkNewUsername(username, world);
  const unknownNames = new Set(
    newUsers
      .filter(({ username }) => findEasemobUser(account, username) === undefined)
      .map(({ username }) => username.toLowerCase()),
  );
  checkRoomForUsers(account, unknownNames.size, world);
  const created: UserRecord[] = [];
  const data: object[] = [];
  for (const user of newUsers) {
    const { username } = user;
    if (findEasemobUser(account, username) === undefined) created.push(createEasemobUser(account, user, world));
    else data.push({ username, registerUserFailReason: `the ${username} already exists` });
  }
  return describe(call, account, world, { action: 'post', path: '/users', data }, created);
}

/** `POST /users/{username}/deactivate`: banned until activated. */
export function deactivateUser(call: ProviderCall, username: string, account: Account, world: World): Answer {
  const user = setActivated(call, username, account, world, false);
  return describe(call, account, world, { action: 'Deactivate user' }, [user]);
}

/** `POST /users/{username}/activate`. */
export function activateUser(call: ProviderCall, username: string, account: Account, world: World): Answer {
  setActivated(call, username, account, world, true);
  const body = { action: 'activate user', timestamp: world.state.nowMs(), duration: 0 };
  return { status: 200, code: null, body };
}

function setActivated(
  call: ProviderCall,
  username: string,
  account: Account,
  world: World,
  activated: boolean,
): UserRecord {
  requireAppToken(call, account, world, GENERAL_REFUSALS);
  const known = findEasemobUser(account, username);
  if (known === undefined) {
    throw easemobRefusal('404 service_resource_not_found', 'Service resource not found', world);
  }
  const { provider, appKey } = account.record;
  const user = { ...known, activated, modifiedAtMs: world.state.nowMs() };
  world.state.commit({ event: 'user-saved', provider, appKey, user });
  return user;
}

function readNewUser(item: unknown, world: World): NewEasemobUser {
  const { username, password, nickname = null } = isRecord(item) ? item : {};
  if (typeof username !== 'string' || username === '') {
    throw easemobRefusal('400 illegal_argument', 'Entity user requires a property named username', world);
  }
  if (typeof password !== 'string' || password === '') {
    throw easemobRefusal('400 illegal_argument', 'password or pin must provided', world);
  }
  if (Array.from(password).length > MAX_PASSWORD_CHARACTERS) {
    throw easemobRefusal(
      '400 illegal_argument',
      `password is longer than ${MAX_PASSWORD_CHARACTERS} characters`,
      world,
    );
  }
  if (nickname !== null && typeof nickname !== 'string') {
    throw easemobRefusal('400 illegal_argument', 'nickname must be a string', world);
  }
  if (nickname !== null && Array.from(nickname).length > MAX_NICKNAME_CHARACTERS) {
    throw easemobRefusal('400 illegal_argument', 'NICKNAME_TOO_LONG', world);
  }
  return { username, password, nickname };
}

function alreadyExists(account: Account, username: string, world: World): Error {
  const text = `Application ${applicationUuid(account)} Entity user requires that property named username be unique, value of ${username.toLowerCase()} exists`;
  return easemobRefusal('400 duplicate_unique_property_exists', text, world);
}

/** The envelope of answers about users. */
function describe(
  call: ProviderCall,
  account: Account,
  world: World,
  fields: { readonly action: string; readonly path?: string; readonly data?: readonly object[] },
  users: readonly UserRecord[],
): Answer {
  const [organization = '', applicationName = ''] = account.record.appKey.split('#');
  const body = {
    ...fields,
    application: applicationUuid(account),
    uri: `http://${call.headers.host ?? 'sandbox'}${call.path}`,
    entities: users.map((user) => ({
      uuid: user.uuid,
      type: 'user',
      created: user.createdAtMs,
      modified: user.modifiedAtMs,
      username: user.userId,
      ...(user.name === null ? {} : { nickname: user.name }),
      activated: user.activated,
    })),
    timestamp: world.state.nowMs(),
    duration: 0,
    organization,
    applicationName,
  };
  return { status: 200, code: null, body };
}

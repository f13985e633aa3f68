import type { UserRecord } from './account.ts';
import { REGISTER_REFUSALS, requireAppToken } from './easemob-app-token.ts';
import type { EasemobCall } from './easemob-call.ts';
import { easemobRefusal } from './easemob-error.ts';
import { appOf, momentOf, ok, toNewEntity, uriOf } from './easemob-reply.ts';
import { readJson } from './easemob-request.ts';
import {
  checkNewUsername,
  checkNickname,
  checkPassword,
  checkRoomForUsers,
  createEasemobUser,
  findEasemobUser,
  nameIsTaken,
  type NewEasemobUser,
} from './easemob-user.ts';
import { isRecord } from './json-body.ts';
import type { Answer, World } from './provider-call.ts';

const MAX_BATCH = 60;
/** Two printed examples are `curl -d` without a Content-Type, and curl then sends that of a form. */
const AS_PRINTED = { labelledAsForm: true } as const;

/**
 * `POST /users`: one object, or a list of up to 60. A list of one is answered as an object is.
 * Source: doc.easemob.com/document/server-side/account_system.html
 */
export function registerUsers(call: EasemobCall): Answer {
  const { account, world } = call;
  // Open registration is for a single user; whoever sends an app token all the same is believed unread.
  const body = account.record.settings.openRegistration ? readJson(call, AS_PRINTED) : undefined;
  if (!isRecord(body)) requireAppToken(call.call, account, world, REGISTER_REFUSALS);
  const value = body ?? readJson(call, AS_PRINTED);
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (items.length === 0 || items.length > MAX_BATCH) {
    const text = `Request body array size[${items.length}] had almost reached or been greater than the upper range value[${MAX_BATCH}]`;
    throw easemobRefusal('400 illegal_argument', text, world);
  }
  const newUsers = items.map((item) => readNewUser(item, world));
  const [only] = newUsers;
  return newUsers.length === 1 && only !== undefined ? registerOne(only, call) : registerBatch(newUsers, call);
}

function registerOne(user: NewEasemobUser, call: EasemobCall): Answer {
  const { account, world } = call;
  if (findEasemobUser(account, user.username) !== undefined) throw nameIsTaken(account, user.username, world);
  return answerRegistration([createEasemobUser(user, 'single', call)], call, {});
}

/** Names that exist already come back under `data` in the current pages, and spoil the whole batch in those of 2023. */
function registerBatch(batch: readonly NewEasemobUser[], call: EasemobCall): Answer {
  const { account, world } = call;
  for (const { username } of batch) checkNewUsername(username, 'batch', call);
  const newUsers = withoutRepeats(batch, world);
  const taken = newUsers.filter(({ username }) => findEasemobUser(account, username) !== undefined);
  const [firstTaken] = taken;
  if (firstTaken !== undefined && account.record.settings.existingUsersInBatch === 'refused') {
    throw nameIsTaken(account, firstTaken.username, world);
  }
  const free = newUsers.filter((user) => !taken.includes(user));
  checkRoomForUsers(free.length, call);
  const data = taken.map(({ username }) => ({
    username: username.toLowerCase(),
    registerUserFailReason: `the ${username.toLowerCase()} already exists`,
  }));
  return answerRegistration(
    free.map((user) => createEasemobUser(user, 'batch', call)),
    call,
    { data },
  );
}

function withoutRepeats(batch: readonly NewEasemobUser[], world: World): readonly NewEasemobUser[] {
  const byName = new Map<string, NewEasemobUser>();
  for (const user of batch) {
    const name = user.username.toLowerCase();
    const earlier = byName.get(name);
    if (earlier === undefined) byName.set(name, user);
    else if (earlier.password !== user.password) {
      // The pages print the passwords at the end of this text; the sandbox repeats none.
      const text = `the same user ${name} has a different password, the passwords are [...]`;
      throw easemobRefusal('400 duplicate_unique_property_exists', text, world);
    }
  }
  return [...byName.values()];
}

function answerRegistration(users: readonly UserRecord[], call: EasemobCall, data: object): Answer {
  const { account, world } = call;
  const entities = users.map(toNewEntity);
  return ok({
    action: 'post',
    ...appOf(account),
    path: '/users',
    uri: uriOf(call),
    entities,
    ...data,
    ...momentOf(world),
  });
}

function readNewUser(item: unknown, world: World): NewEasemobUser {
  const { username, password, nickname = null } = isRecord(item) ? item : {};
  if (typeof username !== 'string' || username === '') {
    throw easemobRefusal('400 illegal_argument', 'Entity user requires a property named username', world);
  }
  if (typeof password !== 'string' || password === '') {
    throw easemobRefusal('400 illegal_argument', 'password or pin must provided', world);
  }
  return {
    username,
    password: checkPassword(password, world),
    nickname: nickname === null ? null : checkNickname(nickname, world),
  };
}

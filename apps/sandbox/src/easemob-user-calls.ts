import type { UserRecord } from './account.ts';
import type { EasemobCall } from './easemob-call.ts';
import { easemobRefusal } from './easemob-error.ts';
import { sessionsEnded } from './easemob-presence.ts';
import { applicationUuid, appOf, momentOf, ok, toEntity, uriOf } from './easemob-reply.ts';
import { readJsonObject } from './easemob-request.ts';
import {
  alterUser,
  checkNickname,
  checkPassword,
  findEasemobUser,
  hashPassword,
  requirePathUser,
} from './easemob-user.ts';
import type { Answer } from './provider-call.ts';

/** `GET /users/{username}`. Source of all: doc.easemob.com/document/server-side/account_system.html */
export function getUser(call: EasemobCall): Answer {
  const entities = [toEntity(requirePathUser(call))];
  return ok({ action: 'get', path: '/users', uri: uriOf(call), entities, ...momentOf(call.world), count: 1 });
}

/** `DELETE /users/{username}`: gone with tokens and all. */
export function deleteUser(call: EasemobCall): Answer {
  const { account, names, world } = call;
  const user = findEasemobUser(account, names['username'] ?? '');
  if (user === undefined) {
    const text = `User with id null does not exist in app ${applicationUuid(account)}`;
    throw easemobRefusal('400 management', text, world);
  }
  removeUsers([user], call);
  const entities = [toEntity(user)];
  return ok({
    action: 'delete',
    ...appOf(account),
    path: '/users',
    uri: uriOf(call, '/users'),
    entities,
    ...momentOf(world),
  });
}

/** Forgets users, with their tokens and whether they are online. */
export function removeUsers(users: readonly UserRecord[], { account, world }: EasemobCall): void {
  const { provider, appKey } = account.record;
  world.state.commit({ event: 'users-removed', provider, appKey, userIds: users.map(({ userId }) => userId) });
}

/** `PUT /users/{username}/password`: ends the user's sessions, and by the newest pages the user's tokens. */
export function changePassword(call: EasemobCall): Answer {
  const { account, names, world, rules } = call;
  const password = readNewPassword(call);
  const user = findEasemobUser(account, names['username'] ?? '');
  if (user === undefined) {
    if (rules.edition === '2023') {
      const text = 'Entity user requires a property named username';
      throw easemobRefusal('400 required_property_not_found', text, world);
    }
    throw easemobRefusal('404 entity_not_found', 'User null not found', world);
  }
  const isRevoking = account.record.settings.passwordChangeKillsTokens;
  // A token of this very millisecond was issued before, since calls are answered one after the other.
  const revokedBeforeMs = isRevoking ? world.state.nowMs() + 1 : user.revokedBeforeMs;
  const passwordHash = hashPassword(user.uuid, password);
  alterUser(user, { passwordHash, revokedBeforeMs }, call, sessionsEnded(user, call));
  return ok({ action: 'set user password', ...momentOf(world) });
}

function readNewPassword(call: EasemobCall): string {
  const { world, rules } = call;
  const { newpassword: password } = readJsonObject(call);
  if (typeof password !== 'string' || password === '') {
    throw easemobRefusal('400 illegal_argument', 'newpassword is required', world);
  }
  if (Array.from(password).length < rules.minNewPasswordCharacters) {
    const text = `newpassword must have at least ${rules.minNewPasswordCharacters} characters`;
    throw easemobRefusal('400 illegal_argument', text, world);
  }
  return checkPassword(password, world);
}

/** `PUT /users/{username}`: the nickname and settings of push notifications. Source: document/server-side/push.html */
export function changeUser(call: EasemobCall): Answer {
  const { account, world } = call;
  const fields = readJsonObject(call);
  const { nickname } = fields;
  const name = nickname === undefined ? {} : { name: checkNickname(nickname, world) };
  const push = Object.entries(fields).filter(isPushSetting);
  const known = requirePathUser(call);
  const user = alterUser(known, { ...name, push: { ...known.push, ...Object.fromEntries(push) } }, call);
  const entities = [toEntity(user)];
  return ok({ action: 'put', ...appOf(account), path: '/users', uri: uriOf(call), entities, ...momentOf(world) });
}

function isPushSetting(field: [string, unknown]): field is [string, string | number | boolean] {
  const [name, value] = field;
  return /^notification_\w+$/.test(name) && ['string', 'number', 'boolean'].includes(typeof value);
}

/** `POST /users/{username}/deactivate`: logged out and banned until activated. */
export function deactivateUser(call: EasemobCall): Answer {
  const known = requirePathUser(call);
  const user = alterUser(known, { activated: false }, call, sessionsEnded(known, call));
  return ok({ action: 'Deactivate user', entities: [toEntity(user)], ...momentOf(call.world) });
}

/** `POST /users/{username}/activate`. */
export function activateUser(call: EasemobCall): Answer {
  alterUser(requirePathUser(call), { activated: true }, call);
  return ok({ action: 'activate user', ...momentOf(call.world) });
}

import type { UserRecord } from './account.ts';
import type { EasemobCall } from './easemob-call.ts';
import { easemobRefusal } from './easemob-error.ts';
import { devicesOf, sessionsEnded } from './easemob-presence.ts';
import { appOf, momentOf, ok, uriOf } from './easemob-reply.ts';
import { readJsonObject } from './easemob-request.ts';
import { findEasemobUser, requirePathUser } from './easemob-user.ts';
import type { Answer } from './provider-call.ts';

const MAX_STATUSES = 100;

/** `GET /users/{username}/disconnect`: logs all devices out. Source of all: doc.easemob.com/document/server-side/account_system.html */
export function disconnectUser(call: EasemobCall): Answer {
  call.world.state.commit(...sessionsEnded(requirePathUser(call), call));
  return answerAboutUser(call, { result: true });
}

/** `DELETE /users/{username}/disconnect/{resourceId}`: logs one device out. One that was not logged in is out as well. */
export function disconnectDevice(call: EasemobCall): Answer {
  const user = requirePathUser(call);
  const isLoggedIn = devicesOf(user, call).some(({ res }) => res === call.names['resource_id']);
  if (isLoggedIn) call.world.state.commit(...sessionsEnded(user, call));
  return ok({
    uri: uriOf(call, ''),
    ...appOf(call.account),
    entities: [],
    action: 'delete',
    data: { result: true },
    ...momentOf(call.world),
  });
}

/** The same by GET, as the Java SDK 1.x sends it; an account that goes by the page refuses it. */
export function disconnectDeviceByGet(call: EasemobCall): Answer {
  if (call.rules.getDisconnectsDevice) return disconnectDevice(call);
  const hint = 'this profile takes DELETE here, as the page has it';
  throw easemobRefusal('500 unsupported_service_operation', 'Service operation not supported', call.world, hint);
}

/** `GET /users/{username}/status`. */
export function getStatus(call: EasemobCall): Answer {
  const user = requirePathUser(call);
  return answerAboutUser(call, { [user.userId]: statusOf(user, call) });
}

/** `POST /users/batch/status`: up to 100 users; who does not exist is offline. */
export function getStatuses(call: EasemobCall): Answer {
  const { account, world } = call;
  const { usernames } = readJsonObject(call);
  if (!Array.isArray(usernames) || !usernames.every((each) => typeof each === 'string')) {
    throw easemobRefusal('400 illegal_argument', 'usernames must be a list of texts', world);
  }
  if (usernames.length > MAX_STATUSES) {
    const text = `request body exceeds maximum limit, maximum limit is ${MAX_STATUSES}`;
    throw easemobRefusal('400 illegal_argument', text, world);
  }
  const data = usernames.map((username) => ({ [username]: statusOf(findEasemobUser(account, username), call) }));
  return ok({ action: 'get batch user status', data, ...momentOf(world) });
}

/** `GET /users/{username}/resources`: the devices that are logged in. */
export function listDevices(call: EasemobCall): Answer {
  const user = requirePathUser(call);
  return ok({
    path: `/users/${user.userId}/resources`,
    uri: uriOf(call),
    ...appOf(call.account),
    entities: [],
    action: 'get',
    data: devicesOf(user, call),
    ...momentOf(call.world),
  });
}

function statusOf(user: UserRecord | undefined, call: EasemobCall): 'online' | 'offline' {
  return user === undefined || devicesOf(user, call).length === 0 ? 'offline' : 'online';
}

function answerAboutUser(call: EasemobCall, data: object): Answer {
  return ok({ action: 'get', uri: uriOf(call), entities: [], data, ...momentOf(call.world), count: 0 });
}

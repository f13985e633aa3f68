import { EASEMOB_RATES_PER_SECOND } from '@immint/contracts/easemob';

import { GENERAL_REFUSALS } from './easemob-app-token.ts';
import {
  deleteAttributes,
  getAttributes,
  getAttributesOfMany,
  measureAttributes,
  setAttributes,
} from './easemob-attributes.ts';
import { type EasemobCall, easemobRow } from './easemob-call.ts';
import { EASEMOB_HOSTS } from './easemob-hosts.ts';
import { getMutes, listMutes, muteUser } from './easemob-mutes.ts';
import {
  disconnectDevice,
  disconnectDeviceByGet,
  disconnectUser,
  getStatus,
  getStatuses,
  listDevices,
} from './easemob-online-calls.ts';
import { registerUsers } from './easemob-register.ts';
import type { RequiredHeader } from './easemob-request.ts';
import { answerTokenCall } from './easemob-token.ts';
import { activateUser, changePassword, changeUser, deactivateUser, deleteUser, getUser } from './easemob-user-calls.ts';
import { deleteOldestUsers, listUsers } from './easemob-user-list.ts';
import type { Answer, ServedCall } from './provider-call.ts';

// Source of the rates: doc.easemob.com/document/server-side/limitationapi.html. Its newest edition has one budget for all
// user management; an older one has one for each call.
const TOKEN = { rateGroup: 'token', perSecond: EASEMOB_RATES_PER_SECOND.token } as const;
const USERS = { rateGroup: 'user-management', perSecond: EASEMOB_RATES_PER_SECOND.users } as const;
const BATCH_DELETE = { rateGroup: 'batch-delete', perSecond: 30 } as const;
const ATTRIBUTES = { rateGroup: 'user-attributes', perSecond: 100 } as const;

function row(
  method: ServedCall['method'],
  path: string,
  headers: readonly RequiredHeader[],
  answer: (call: EasemobCall) => Answer,
  rate: Pick<ServedCall, 'rateGroup' | 'perSecond'> = USERS,
): ServedCall {
  return easemobRow({ method, path, rate, bearer: GENERAL_REFUSALS, headers, answer });
}

/** Every call that Easemob of the sandbox serves, with the headers that its page requires. */
export const EASEMOB_CALLS: readonly ServedCall[] = [
  easemobRow({
    method: 'POST',
    path: '/token',
    rate: TOKEN,
    bearer: null,
    headers: ['json', 'accept'],
    answer: answerTokenCall,
  }),
  easemobRow({ method: 'POST', path: '/users', rate: USERS, bearer: null, headers: ['json'], answer: registerUsers }),
  row('GET', '/users', ['accept'], listUsers),
  row('DELETE', '/users', ['accept'], deleteOldestUsers, BATCH_DELETE),
  row('POST', '/users/batch/status', ['json'], getStatuses),
  row('GET', '/users/{username}', ['accept'], getUser),
  row('PUT', '/users/{username}', ['json', 'accept'], changeUser),
  row('DELETE', '/users/{username}', ['accept'], deleteUser),
  row('PUT', '/users/{username}/password', ['json', 'accept'], changePassword),
  row('POST', '/users/{username}/deactivate', ['json', 'accept'], deactivateUser),
  row('POST', '/users/{username}/activate', ['json', 'accept'], activateUser),
  row('GET', '/users/{username}/disconnect', ['accept'], disconnectUser),
  row('DELETE', '/users/{username}/disconnect/{resource_id}', ['accept'], disconnectDevice),
  row('GET', '/users/{username}/disconnect/{resource_id}', ['accept'], disconnectDeviceByGet),
  row('GET', '/users/{username}/status', ['accept'], getStatus),
  row('GET', '/users/{username}/resources', ['accept'], listDevices),
  row('POST', '/mutes', ['json'], muteUser),
  row('GET', '/mutes', ['json'], listMutes),
  row('GET', '/mutes/{username}', ['json'], getMutes),
  row('PUT', '/metadata/user/{username}', ['form'], setAttributes, ATTRIBUTES),
  // Before the row whose name would match it too.
  row('GET', '/metadata/user/capacity', [], measureAttributes, ATTRIBUTES),
  row('GET', '/metadata/user/{username}', ['json'], getAttributes, ATTRIBUTES),
  row('DELETE', '/metadata/user/{username}', [], deleteAttributes, ATTRIBUTES),
  row('POST', '/metadata/user/get', ['json'], getAttributesOfMany, ATTRIBUTES),
  EASEMOB_HOSTS,
];

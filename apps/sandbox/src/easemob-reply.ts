import { createHash } from 'node:crypto';

import type { Account, UserRecord } from './account.ts';
import type { EasemobCall } from './easemob-call.ts';
import type { Answer, World } from './provider-call.ts';
import { toUuid } from './random-text.ts';

// Each answer has fields of its own choice, and the pages print them all: so every call puts its body together itself.

/** An answer with HTTP 200. */
export function ok(body: object): Answer {
  return { status: 200, code: null, body };
}

/** When the answer was made, and how long it took. */
export function momentOf(world: World): { readonly timestamp: number; readonly duration: number } {
  return { timestamp: world.state.nowMs(), duration: 0 };
}

/** The fields that name the app. */
export function appOf(account: Account): {
  readonly application: string;
  readonly organization: string;
  readonly applicationName: string;
} {
  const [organization = '', applicationName = ''] = account.record.appKey.split('#');
  return { application: applicationUuid(account), organization, applicationName };
}

/** The UUID of the application, the same in every answer about one App Key. */
export function applicationUuid({ record }: Account): string {
  return toUuid(createHash('sha256').update(record.appKey).digest().subarray(0, 16));
}

/** The field `uri`: where the call was sent, or with `path` another place under its org and app. */
export function uriOf({ call }: Pick<EasemobCall, 'call'>, path?: string): string {
  const base = call.path.split('/', 3).join('/');
  return `http://${call.headers.host ?? 'sandbox'}${path === undefined ? call.path : `${base}${path}`}`;
}

/** A user as answers to everything but a registration show it. */
export function toEntity(user: UserRecord): object {
  return { ...toNewEntity(user), ...(user.name === null ? {} : { nickname: user.name }), ...user.push };
}

/** A user as the answer to its registration shows it: never with its nickname. */
export function toNewEntity(user: UserRecord): object {
  return {
    uuid: user.uuid,
    type: 'user',
    created: user.createdAtMs,
    modified: user.modifiedAtMs,
    username: user.userId,
    activated: user.activated,
  };
}

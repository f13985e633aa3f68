import type { UserRecord } from './account.ts';
import type { EasemobCall } from './easemob-call.ts';
import { alteredSocials, socialOf } from './signed-socials.ts';
import type { StateEvent } from './state-event.ts';

/** A device that is logged in, as `GET /users/{username}/resources` shows it. */
interface Device {
  /** `{device type}_{resource id}`. */
  readonly res: string;
  readonly device_uuid: string;
  readonly device_name: string;
}

/** The devices on which a user is logged in: one while `POST /_sandbox/online` says so, otherwise none. */
export function devicesOf(user: UserRecord, { account }: Pick<EasemobCall, 'account'>): readonly Device[] {
  if (!socialOf(account, user.userId).online) return [];
  const number = Number.parseInt(user.uuid.slice(0, 8), 16);
  return [{ res: `android_${number}`, device_uuid: user.uuid, device_name: 'sandbox' }];
}

/** What ends a user's sessions, as a ban, a new password and a forced logout do. */
export function sessionsEnded(user: UserRecord, { account }: Pick<EasemobCall, 'account'>): readonly StateEvent[] {
  return alteredSocials(account, [user.userId], () => ({ online: false }));
}

import type { Account } from './account.ts';
import { isBanned, isDeactivated } from './app-key-users.ts';
import { ControlError } from './control-error.ts';
import type { World } from './provider-call.ts';
import { alterSocials } from './signed-socials.ts';

/** Connects a user of the IM service, or ends the connection. @throws ControlError for one who may not connect */
export function setOnline(account: Account, userId: string, online: boolean, world: World): void {
  const user = account.users.get(userId);
  if (user === undefined)
    throw new ControlError(400, `userId: there is no user ${userId}; a user exists from the first token on`);
  const mayConnect = user.activated && !isBanned(user, world.state.nowMs()) && !isDeactivated(user);
  if (online && !mayConnect)
    throw new ControlError(409, `userId: ${userId} is banned or deactivated and cannot be online`);
  alterSocials(account, [userId], world, () => ({ online }));
}

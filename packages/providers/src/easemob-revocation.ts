import type { EasemobSettings } from '@immint/contracts';
import type { Secret } from '@immint/secrets';

import type { RevokeCalls } from './chat-provider.ts';
import type { EasemobUsers } from './easemob-users.ts';
import { callInBatches, toUserOutcomes } from './user-batches.ts';

/**
 * What stands in for a call that Easemob does not have, as the app's setting chooses. Neither knows an instant: both end
 * whatever there is. The new password is made for this alone and is not kept.
 * Source: doc.easemob.com/document/server-side/account_system.html
 */
export const createEasemobRevocation = (
  { revokeBy }: Pick<EasemobSettings, 'revokeBy'>,
  users: Pick<EasemobUsers, 'ban' | 'password'>,
  newPassword: () => Secret,
): RevokeCalls | undefined => {
  const calls = {
    nothing: undefined,
    'password-change': {
      effect:
        "Easemob gives the user a random password that nobody keeps: the person's own is gone, devices are logged out and tokens should end.",
      isVerified: false,
      takesInstant: false,
      async revoke(userIds, _beforeMs, context) {
        const batches = await callInBatches(userIds, { maxItems: 1 }, context, ([userId = '']) =>
          users.password(userId, newPassword(), context),
        );
        return toUserOutcomes(batches);
      },
    },
    ban: {
      effect:
        'Easemob bans the user: devices are logged out and no token is given until the ban is lifted. Old tokens may work again then.',
      isVerified: false,
      takesInstant: false,
      revoke: (userIds, _beforeMs, context) => users.ban(userIds, undefined, context),
    },
  } as const satisfies Record<EasemobSettings['revokeBy'], RevokeCalls | undefined>;
  return calls[revokeBy];
};

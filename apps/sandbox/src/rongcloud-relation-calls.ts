import type { ServedCall } from './provider-call.ts';
import { formCall } from './rongcloud-call.ts';
import { readId, readRepeatedIds } from './rongcloud-form.ts';
import { checkUserId, checkUserIds } from './signed-parameters.ts';
import { alterSocials, socialOf } from './signed-socials.ts';

const MAX_USERS = 20;

/** Sources: docs.rongcloud.io/platform-chat-api/user/blacklist/*, user/whitelist/* */
export const RONGCLOUD_RELATION_CALLS: readonly ServedCall[] = [
  ...listCalls('blacklist', 'blackUserId'),
  ...listCalls('whitelist', 'whiteUserId'),
];

function listCalls(list: 'blacklist' | 'whitelist', parameter: string): readonly ServedCall[] {
  return [
    formCall(`/user/${list}/add.json`, 100, (call) => {
      const userId = checkUserId(readId(call), call);
      const added = checkUserIds(readRepeatedIds(call, parameter), parameter, MAX_USERS, call);
      alterSocials(call.account, [userId], call.world, (social) => ({
        [list]: [...new Set([...social[list], ...added])],
      }));
      return {};
    }),
    formCall(`/user/${list}/remove.json`, 100, (call) => {
      const userId = checkUserId(readId(call), call);
      const removed = new Set(checkUserIds(readRepeatedIds(call, parameter), parameter, MAX_USERS, call));
      alterSocials(call.account, [userId], call.world, (social) => ({
        [list]: social[list].filter((other) => !removed.has(other)),
      }));
      return {};
    }),
    formCall(`/user/${list}/query.json`, 100, (call) => ({
      users: socialOf(call.account, checkUserId(readId(call), call))[list],
    })),
  ];
}

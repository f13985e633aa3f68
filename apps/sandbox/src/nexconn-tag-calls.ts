import { jsonCall } from './nexconn-call.ts';
import type { ServedCall } from './provider-call.ts';
import { readTexts } from './signed-json.ts';
import { checkUserIds } from './signed-parameters.ts';
import { socialOf } from './signed-socials.ts';
import { MAX_USERS_TO_TAG, setTags } from './signed-tags.ts';

const MAX_USERS_TO_READ = 50;

/** Source: Nexconn's OpenAPI file */
export const NEXCONN_TAG_CALLS: readonly ServedCall[] = [
  jsonCall('/v4/user/tag/batch/set', 10, (call) => {
    setTags(call, { users: 'userIds', most: MAX_USERS_TO_TAG }, readTexts(call, 'userIds'), call.fields['tags']);
  }),
  jsonCall('/v4/user/tag/batch/get', 100, (call) => {
    const userIds = checkUserIds(readTexts(call, 'userIds'), 'userIds', MAX_USERS_TO_READ, call);
    return { users: userIds.map((userId) => ({ userId, tags: socialOf(call.account, userId).tags })) };
  }),
];

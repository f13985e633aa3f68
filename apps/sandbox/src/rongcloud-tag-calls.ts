import type { ServedCall } from './provider-call.ts';
import { formCall, jsonCall } from './rongcloud-call.ts';
import { readRepeatedIds } from './rongcloud-form.ts';
import { readText, readTexts } from './signed-json.ts';
import { checkUserIds } from './signed-parameters.ts';
import { socialOf } from './signed-socials.ts';
import { MAX_USERS_TO_TAG, setTags } from './signed-tags.ts';

const MAX_USERS_TO_READ = 50;

/** The two that set tags have JSON bodies. Sources: docs.rongcloud.io/platform-chat-api/user/tag/* and the Node SDK's docs */
export const RONGCLOUD_TAG_CALLS: readonly ServedCall[] = [
  jsonCall('/user/tag/set.json', 100, (call) => {
    const userId = readText(call, 'userId') ?? '';
    if (userId === '') throw call.refuse('bad-parameter', 'userId is required.');
    setTags(call, { users: 'userId', most: 1 }, [userId], call.fields['tags']);
    return {};
  }),
  jsonCall('/user/tag/batch/set.json', 100, (call) => {
    setTags(call, { users: 'userIds', most: MAX_USERS_TO_TAG }, readTexts(call, 'userIds'), call.fields['tags']);
    return {};
  }),
  formCall(
    '/user/tags/get.json',
    100,
    (call) => {
      const userIds = checkUserIds(readRepeatedIds(call, 'userIds'), 'userIds', MAX_USERS_TO_READ, call);
      return { result: Object.fromEntries(userIds.map((userId) => [userId, socialOf(call.account, userId).tags])) };
    },
    { required: 'userIds' },
  ),
];

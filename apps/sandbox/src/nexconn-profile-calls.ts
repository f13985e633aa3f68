import { isRecord } from './json-body.ts';
import { jsonCall, type JsonCall } from './nexconn-call.ts';
import type { ServedCall } from './provider-call.ts';
import { readCount, readTexts, requireText } from './signed-json.ts';
import { checkPageSize, checkUserId, checkUserIds } from './signed-parameters.ts';
import { clearProfiles, listProfiles, profilesOf, setProfile } from './signed-profiles.ts';

const MAX_USERS = 20;
const PROFILES_ON_A_PAGE = 20;
const MAX_PROFILES_ON_A_PAGE = 100;

/** Source: Nexconn's OpenAPI file */
export const NEXCONN_PROFILE_CALLS: readonly ServedCall[] = [
  jsonCall('/v4/user/profile/set', 100, (call) => {
    const userId = checkUserId(requireText(call, 'userId'), call);
    setProfile(call, userId, readObject(call, 'userProfile'), readObject(call, 'userExtProfile'));
  }),
  jsonCall('/v4/user/profile/delete', 100, (call) => {
    clearProfiles(call, checkUserIds(readTexts(call, 'userIds'), 'userIds', MAX_USERS, call));
  }),
  jsonCall('/v4/user/profile/batch/get', 100, (call) => ({
    users: profilesOf(call.account, checkUserIds(readTexts(call, 'userIds'), 'userIds', MAX_USERS, call)),
  })),
  jsonCall(
    '/v4/user/profile/list',
    100,
    (call) => {
      const pageSize = readCount(call, 'pageSize', PROFILES_ON_A_PAGE);
      const size = checkPageSize(pageSize, MAX_PROFILES_ON_A_PAGE, 'pageSize', call);
      const page = Math.max(readCount(call, 'page', 1), 1);
      return { users: listProfiles(call.account, page, size, readCount(call, 'order', 0)) };
    },
    { bodyRequired: false },
  ),
];

function readObject({ fields, refuse }: JsonCall, name: string): Record<string, unknown> | null {
  const value = fields[name] ?? null;
  if (value !== null && !isRecord(value)) throw refuse('bad-parameter', `${name} must be an object.`);
  return value;
}

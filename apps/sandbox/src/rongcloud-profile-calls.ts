import { isRecord, parseJson } from './json-body.ts';
import type { ServedCall } from './provider-call.ts';
import { formCall, type FormCall } from './rongcloud-call.ts';
import { readCount, readId, splitIds } from './rongcloud-form.ts';
import { checkPageSize, checkUserId, checkUserIds } from './signed-parameters.ts';
import { clearProfiles, listProfiles, type NamedProfile, profilesOf, setProfile } from './signed-profiles.ts';

const MAX_USERS_TO_CLEAN = 20;
const MAX_USERS_TO_READ = 100;
const PROFILES_ON_A_PAGE = 20;
const MAX_PROFILES_ON_A_PAGE = 100;

/** The two profiles go in and out as JSON texts in form fields. Sources: the Go, Java and Python SDKs */
export const RONGCLOUD_PROFILE_CALLS: readonly ServedCall[] = [
  formCall('/user/profile/set.json', 100, (call) => {
    setProfile(
      call,
      checkUserId(readId(call), call),
      readObject(call, 'userProfile'),
      readObject(call, 'userExtProfile'),
    );
    return {};
  }),
  formCall('/user/profile/clean.json', 100, (call) => {
    clearProfiles(call, checkUserIds(splitIds(call.form, 'userId'), 'userId', MAX_USERS_TO_CLEAN, call));
    return {};
  }),
  formCall('/user/profile/batch/query.json', 100, (call) => {
    const userIds = checkUserIds(splitIds(call.form, 'userId'), 'userId', MAX_USERS_TO_READ, call);
    return { userList: profilesOf(call.account, userIds).map(toWire) };
  }),
  formCall(
    '/user/profile/query.json',
    100,
    (call) => {
      const size = checkPageSize(readCount(call, 'size', PROFILES_ON_A_PAGE), MAX_PROFILES_ON_A_PAGE, 'size', call);
      const page = Math.max(readCount(call, 'page', 1), 1);
      return { userList: listProfiles(call.account, page, size, readCount(call, 'order', 0)).map(toWire) };
    },
    { required: null },
  ),
];

function toWire({ userId, version, userProfile, userExtProfile }: NamedProfile): object {
  return {
    userId,
    version,
    userProfile: JSON.stringify(userProfile),
    userExtProfile: JSON.stringify(userExtProfile),
  };
}

/** A form field with a JSON object in it; null where it is left out or empty, as the Go SDK sends it. */
function readObject({ form, refuse }: FormCall, name: string): Record<string, unknown> | null {
  const text = form.get(name) ?? '';
  if (text === '') return null;
  const value = parseJson(text);
  if (!isRecord(value)) throw refuse('bad-parameter', `${name} must be a JSON object in a text.`);
  return value;
}

import { jsonCall } from './nexconn-call.ts';
import type { ServedCall } from './provider-call.ts';
import { readCount, readTexts, requireText } from './signed-json.ts';
import { listMuted, MAX_USERS_TO_MUTE, setMuted } from './signed-mutes.ts';
import { checkPageSize, checkUserIds } from './signed-parameters.ts';

const MUTED_ON_A_PAGE = 100;
const MAX_MUTED_ON_A_PAGE = 200;

/** Sources: docs.nexconn.ai/platform-chat-api/direct-channel/*, Nexconn's OpenAPI file */
export const NEXCONN_MUTE_CALLS: readonly ServedCall[] = [
  jsonCall('/v4/channel-type/mute/set', 100, (call) => {
    const userIds = checkUserIds(readTexts(call, 'userIds'), 'userIds', MAX_USERS_TO_MUTE, call);
    const types = readTexts(call, 'channelTypes');
    const { muteState } = call.fields;
    if (types.length === 0) throw call.refuse('bad-parameter', 'channelTypes is required.');
    if (muteState !== 0 && muteState !== 1) throw call.refuse('bad-parameter', 'muteState must be 0 or 1.');
    setMuted(call, userIds, types, muteState === 1);
  }),
  jsonCall('/v4/channel-type/mute/list', 100, (call) => {
    const muted = listMuted(call.account, requireText(call, 'channelType'));
    const offset = readCount(call, 'offset', 0);
    const size = checkPageSize(readCount(call, 'pageSize', MUTED_ON_A_PAGE), MAX_MUTED_ON_A_PAGE, 'pageSize', call);
    return { totalCount: muted.length, mutedUserIds: muted.slice(offset, offset + size) };
  }),
];

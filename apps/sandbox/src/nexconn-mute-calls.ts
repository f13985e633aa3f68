import { jsonCall } from './nexconn-call.ts';
import type { ServedCall } from './provider-call.ts';
import { readCount, readTexts, requireText } from './signed-json.ts';
import { checkPageSize, checkUserIds } from './signed-parameters.ts';
import { alterSocials } from './signed-socials.ts';

const MAX_USERS_TO_MUTE = 1_000;
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
    alterSocials(call.account, userIds, call.world, ({ mutedChannelTypes }) => {
      const others = mutedChannelTypes.filter((type) => !types.includes(type));
      return { mutedChannelTypes: muteState === 1 ? [...others, ...new Set(types)] : others };
    });
  }),
  jsonCall('/v4/channel-type/mute/list', 100, (call) => {
    const type = requireText(call, 'channelType');
    const offset = readCount(call, 'offset', 0);
    const size = checkPageSize(readCount(call, 'pageSize', MUTED_ON_A_PAGE), MAX_MUTED_ON_A_PAGE, 'pageSize', call);
    const muted = [...call.account.socials.values()].filter(({ mutedChannelTypes }) =>
      mutedChannelTypes.includes(type),
    );
    const mutedUserIds = muted.slice(offset, offset + size).map(({ userId }) => userId);
    return { totalCount: muted.length, mutedUserIds };
  }),
];

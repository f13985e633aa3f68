import { jsonCall, type JsonCall } from './nexconn-call.ts';
import type { ServedCall } from './provider-call.ts';
import { readCount, readText, readTexts, requireText } from './signed-json.ts';
import { checkPageSize, checkUserId, checkUserIds } from './signed-parameters.ts';
import { alterSocials, socialOf } from './signed-socials.ts';

const MAX_USERS = 20;
const MAX_USERS_ON_A_PAGE = 1_000;

/**
 * `add` and `remove` name the list of users differently. Sources: docs.nexconn.ai/platform-chat-api/user/blacklist/* and
 * Nexconn's OpenAPI file
 */
export const NEXCONN_RELATION_CALLS: readonly ServedCall[] = [
  jsonCall('/v4/user/blocklist/add', 100, (call) => {
    const userId = checkUserId(requireText(call, 'userId'), call);
    const added = checkUserIds(readTexts(call, 'targetUserIds'), 'targetUserIds', MAX_USERS, call);
    alterSocials(call.account, [userId], call.world, ({ blacklist }) => ({
      blacklist: [...new Set([...blacklist, ...added])],
    }));
  }),
  jsonCall('/v4/user/blocklist/remove', 100, (call) => {
    const userId = checkUserId(requireText(call, 'userId'), call);
    const removed = new Set(checkUserIds(readTexts(call, 'blockedUserIds'), 'blockedUserIds', MAX_USERS, call));
    alterSocials(call.account, [userId], call.world, ({ blacklist }) => ({
      blacklist: blacklist.filter((other) => !removed.has(other)),
    }));
  }),
  jsonCall('/v4/user/blocklist/get', 100, (call) => {
    const { blacklist } = socialOf(call.account, checkUserId(requireText(call, 'userId'), call));
    const ordered = readCount(call, 'order', 0) === 1 ? blacklist.toReversed() : blacklist;
    const size = checkPageSize(readCount(call, 'pageSize', MAX_USERS_ON_A_PAGE), MAX_USERS_ON_A_PAGE, 'pageSize', call);
    const start = readPageToken(call);
    const end = start + size;
    return { pageToken: end < ordered.length ? toPageToken(end) : '', blockedUserIds: ordered.slice(start, end) };
  }),
];

function toPageToken(start: number): string {
  return Buffer.from(`page ${start}`).toString('base64url');
}

function readPageToken(call: JsonCall): number {
  const token = readText(call, 'pageToken') ?? '';
  if (token === '') return 0;
  const start = /^page (\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString('utf8'))?.[1];
  if (start === undefined) throw call.refuse('bad-parameter', 'pageToken must be the one of the page before.');
  return Number(start);
}

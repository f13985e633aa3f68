import type { UserRecord } from './account.ts';
import type { EasemobCall } from './easemob-call.ts';
import { easemobRefusal } from './easemob-error.ts';
import { appOf, momentOf, ok, uriOf } from './easemob-reply.ts';
import { readJsonObject } from './easemob-request.ts';
import { alterUser, findEasemobUser, requirePathUser } from './easemob-user.ts';
import type { Answer, World } from './provider-call.ts';

/** The conversations in which a user can be kept from writing. */
const KINDS = ['chat', 'groupchat', 'chatroom'] as const;

const FOR_EVER = -1;
const MAX_PAGE = 50;
const MAX_SECONDS = 2_147_483_647;

/** `POST /mutes`: seconds by kind, 0 ends a mute, -1 is for ever. Source: doc.easemob.com/document/server-side/account_system.html */
export function muteUser(call: EasemobCall): Answer {
  const { account, world } = call;
  const { username, ...fields } = readJsonObject(call);
  const user = typeof username === 'string' ? findEasemobUser(account, username) : undefined;
  if (user === undefined) {
    throw easemobRefusal('400 required_property_not_found', 'Entity user requires a property named username', world);
  }
  const changes = KINDS.filter((kind) => fields[kind] !== undefined).map((kind) => [
    kind,
    readEnd(fields[kind], world),
  ]);
  alterUser(user, { mutedUntilMs: { ...user.mutedUntilMs, ...Object.fromEntries(changes) } }, call);
  return answerMutes(call, 'post', { result: 'ok' });
}

/** `GET /mutes/{username}`: the seconds that are left, by kind. */
export function getMutes(call: EasemobCall): Answer {
  const { account, world } = call;
  const user = requirePathUser(call);
  const nowMs = world.state.nowMs();
  const left = KINDS.map((kind) => [kind, secondsLeft(user, kind, nowMs)]);
  return answerMutes(call, 'get', {
    userid: `${account.record.appKey}_${user.userId}`,
    ...Object.fromEntries(left),
    unixtime: Math.floor(nowMs / 1_000),
  });
}

/**
 * `GET /mutes?pageNum=&pageSize=`: who was ever muted, the latest first, with one row for each kind. At most 50 rows a
 * page.
 */
export function listMutes(call: EasemobCall): Answer {
  const nowMs = call.world.state.nowMs();
  const rows = [...call.account.users.values()].flatMap((user) =>
    Object.keys(user.mutedUntilMs ?? {}).map((kind) => ({
      username: user.userId,
      [kind]: secondsLeft(user, kind, nowMs),
    })),
  );
  const query = new URLSearchParams(call.call.query);
  const [page, size] = [readCount(query, 'pageNum', 1), Math.min(readCount(query, 'pageSize', MAX_PAGE), MAX_PAGE)];
  const data = rows.toReversed().slice((page - 1) * size, page * size);
  return answerMutes(call, 'get', { data, unixtime: Math.floor(nowMs / 1_000) });
}

function readCount(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name) ?? '';
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : otherwise;
}

/** The instant at which a mute of so many seconds ends; null = never. */
function readEnd(seconds: unknown, world: World): number | null {
  if (seconds === FOR_EVER) return null;
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_SECONDS) {
    return world.state.nowMs() + seconds * 1_000;
  }
  const text = `a mute takes seconds from 0 to ${MAX_SECONDS}, or -1 for ever`;
  throw easemobRefusal('400 illegal_argument', text, world);
}

function secondsLeft({ mutedUntilMs = {} }: UserRecord, kind: string, nowMs: number): number {
  const untilMs = mutedUntilMs[kind];
  if (untilMs === undefined) return 0;
  return untilMs === null ? FOR_EVER : Math.max(Math.ceil((untilMs - nowMs) / 1_000), 0);
}

function answerMutes(call: EasemobCall, action: 'get' | 'post', data: object): Answer {
  const address = { path: '/mutes', uri: uriOf(call, '/mutes') };
  return ok({ ...address, ...appOf(call.account), action, data, ...momentOf(call.world) });
}

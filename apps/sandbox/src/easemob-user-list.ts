import type { UserRecord } from './account.ts';
import type { EasemobCall } from './easemob-call.ts';
import { easemobRefusal } from './easemob-error.ts';
import { appOf, momentOf, ok, toEntity, uriOf } from './easemob-reply.ts';
import { removeUsers } from './easemob-user-calls.ts';
import { parseJson } from './json-body.ts';
import type { Answer, Refusal, World } from './provider-call.ts';

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 100;

/** One page of the users, oldest first. */
interface Page {
  readonly users: readonly UserRecord[];
  /** The query as the answer repeats it. */
  readonly params: Readonly<Record<string, readonly string[]>>;
  /** `cursor`, which is missing on the last page. */
  readonly next: { readonly cursor?: string };
}

/** `GET /users?limit=&cursor=`. Source: doc.easemob.com/document/server-side/account_system.html */
export function listUsers(call: EasemobCall): Answer {
  const { users, params, next } = readPage(call);
  return ok({
    action: 'get',
    params,
    path: '/users',
    uri: uriOf(call),
    entities: users.map(toEntity),
    ...momentOf(call.world),
    ...next,
    count: users.length,
  });
}

/** `DELETE /users?limit=&cursor=`: the oldest so many, or so many from the cursor on. */
export function deleteOldestUsers(call: EasemobCall): Answer {
  const { users, params, next } = readPage(call);
  removeUsers(users, call);
  return ok({
    action: 'delete',
    ...appOf(call.account),
    params,
    path: '/users',
    uri: uriOf(call),
    entities: users.map(toEntity),
    ...momentOf(call.world),
    ...next,
  });
}

function readPage({ call, account, world }: EasemobCall): Page {
  const query = new URLSearchParams(call.query);
  const limit = readLimit(query.get('limit'), world);
  const users = [...account.users.values()];
  const cursor = query.get('cursor');
  const start = cursor === null || cursor === '' ? 0 : findStart(users, cursor, world);
  const end = start + limit;
  const following = users[end];
  const given = [...query.keys()].filter((name) => name === 'limit' || name === 'cursor');
  return {
    users: users.slice(start, end),
    params: Object.fromEntries(given.map((name) => [name, query.getAll(name)])),
    next: following === undefined ? {} : { cursor: toCursor(following) },
  };
}

/** Above 100 there are 100, as the page says. */
function readLimit(limit: string | null, world: World): number {
  if (limit === null || limit === '') return DEFAULT_LIMIT;
  if (/^\d{1,9}$/.test(limit) && Number(limit) > 0) return Math.min(Number(limit), MAX_LIMIT);
  throw invalidQuery('limit must be a whole number from 1 to 100', world);
}

// A cursor names the first user of the next page, and when it was made, in case it is deleted meanwhile.
function toCursor({ createdAtMs, userId }: UserRecord): string {
  return Buffer.from(JSON.stringify([createdAtMs, userId])).toString('base64url');
}

function findStart(users: readonly UserRecord[], cursor: string, world: World): number {
  const value = parseJson(Buffer.from(cursor, 'base64url').toString('utf8'));
  const [createdAtMs, userId]: readonly unknown[] = Array.isArray(value) ? value : [];
  if (typeof createdAtMs !== 'number' || typeof userId !== 'string') {
    throw invalidQuery('the cursor must be one that an answer held', world);
  }
  const named = users.findIndex((user) => user.userId === userId && user.createdAtMs === createdAtMs);
  if (named >= 0) return named;
  const younger = users.findIndex((user) => user.createdAtMs >= createdAtMs);
  return younger >= 0 ? younger : users.length;
}

function invalidQuery(hint: string, world: World): Refusal {
  return easemobRefusal('400 illegal_argument', 'this is an invalid request.', world, hint);
}

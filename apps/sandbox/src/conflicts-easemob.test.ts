import { EasemobUserTokenReply } from '@immint/contracts/easemob';
import { describe, expect, test } from 'vitest';

import { passwordOf, refusal, runEasemob } from './testing/easemob-client.ts';

// Where the editions of Easemob's pages and its SDKs contradict each other. A row's number is that of the table in which
// the project decided what holds: C for Easemob alone, D across the providers. C19, the two names of the client secret,
// has no consequence on the wire.

const accepted = (userId: string): object => ({ ok: true, userId });
const refused = (reason: string): object => ({ ok: false, reason });
const lifetimeOf = (body: unknown): number => EasemobUserTokenReply.parse(body).expires_in;

test('C1: a user token comes by either grant, password and inherit', async () => {
  const { send, register, inherit, judge } = await runEasemob();
  await register('u1');
  const byPassword = await send('POST', '/token', {
    grant_type: 'password',
    username: 'u1',
    password: passwordOf('u1'),
  });
  const byName = await inherit({ username: 'u1' });
  for (const { body } of [byPassword, byName]) {
    expect(await judge(EasemobUserTokenReply.parse(body).access_token)).toEqual(accepted('u1'));
  }
});

test('C2: without a ttl a token lives 60 days, or as the console says', async () => {
  const { inherit, set } = await runEasemob();
  const user = { username: 'u1', autoCreateUser: true };
  expect(lifetimeOf((await inherit(user)).body)).toBe(5_184_000);
  await set({ tokenTtlSeconds: 77 });
  expect(lifetimeOf((await inherit(user)).body)).toBe(77);
});

test('C3: VIP 5 counts in milliseconds, so a ttl meant as seconds ends a thousand times too soon', async () => {
  const { inherit, judge, sandbox } = await runEasemob({}, { profile: 'vip5' });
  const { body } = await inherit({ username: 'u1', autoCreateUser: true, ttl: 3_600 });
  const reply = EasemobUserTokenReply.parse(body);
  expect(reply.expires_in).toBe(3_600);
  await sandbox.control('POST', '/clock', { advanceMs: 3_600 });
  expect(await judge(reply.access_token)).toEqual(refused('expired'));
  expect(lifetimeOf((await inherit({ username: 'u1' })).body)).toBe(5_184_000_000);
});

test('C4: a ttl in quotes is a number in live, and refused in strict', async () => {
  const { inherit, set } = await runEasemob();
  const fields = { username: 'u1', autoCreateUser: true, ttl: '1024000' };
  expect(lifetimeOf((await inherit(fields)).body)).toBe(1_024_000);
  await set({ profile: 'strict' });
  expect(await inherit(fields)).toEqual(refusal(400, 'illegal_argument', /^ttl /));
});

test('C5: a missing autoCreateUser is false in live, and refused in strict', async () => {
  const { inherit, set } = await runEasemob();
  expect(await inherit({ username: 'u1' })).toEqual(refusal(404, 'invalid_grant', 'user not found'));
  await set({ profile: 'strict' });
  expect(await inherit({ username: 'u1' })).toEqual(refusal(400, 'illegal_argument', /^autoCreateUser /));
  expect(await inherit({ username: 'u1', autoCreateUser: 'true' })).toEqual(refusal(400, 'illegal_argument'));
  expect((await inherit({ username: 'u1', autoCreateUser: true })).status).toBe(200);
});

test('C6: names are folded to lower case in live; strict makes no user with capitals', async () => {
  const { inherit, send, register, set } = await runEasemob();
  await register('Aa');
  expect((await send('GET', '/users/aA')).body).toMatchObject({ entities: [{ username: 'aa' }] });
  expect((await inherit({ username: 'AA' })).body).toMatchObject({ user: { username: 'aa' } });
  await set({ profile: 'strict' });
  expect(await register('Bb')).toEqual(refusal(400, 'illegal_argument', 'username Bb is not legal'));
});

test('C7: the documented characters are taken, also where the Java SDK would refuse them', async () => {
  const { register } = await runEasemob();
  for (const username of ['0', '_a.b-c', '9_', 'u'.repeat(64)]) expect((await register(username)).status).toBe(200);
  for (const username of ['a b', 'a/b', 'é', 'a@b']) {
    expect(await register(username)).toEqual(refusal(400, 'illegal_argument', `username ${username} is not legal`));
  }
  expect(await register('u'.repeat(65))).toEqual(refusal(400, 'illegal_argument', 'USERNAME_TOO_LONG'));
});

test('C8: an unknown user is said in four ways, by the call that asks', async () => {
  const { send, inherit } = await runEasemob();
  expect(await inherit({ username: 'u1' })).toEqual(refusal(404, 'invalid_grant', 'user not found'));
  const notFound = refusal(404, 'entity_not_found', 'User null not found');
  expect(await send('POST', '/token', { grant_type: 'password', username: 'u1', password: 'x' })).toEqual(notFound);
  expect(await send('PUT', '/users/u1/password', { newpassword: 'made-up-1' })).toEqual(notFound);
  const inPath = refusal(404, 'service_resource_not_found', 'Service resource not found');
  for (const [method, path] of [
    ['GET', '/users/u1'],
    ['PUT', '/users/u1'],
    ['POST', '/users/u1/deactivate'],
    ['POST', '/users/u1/activate'],
    ['GET', '/users/u1/disconnect'],
    ['GET', '/users/u1/status'],
    ['GET', '/users/u1/resources'],
    ['GET', '/mutes/u1'],
  ] as const) {
    expect(await send(method, path, method === 'PUT' ? { nickname: 'n' } : undefined)).toEqual(inPath);
  }
  const deleted = refusal(400, 'management', /^User with id null does not exist in app [\da-f-]{36}$/);
  expect(await send('DELETE', '/users/u1')).toEqual(deleted);
  const muted = refusal(400, 'required_property_not_found', 'Entity user requires a property named username');
  expect(await send('POST', '/mutes', { username: 'u1', chat: 1 })).toEqual(muted);
});

describe('C9: two calls that would create one user', () => {
  const user = { username: 'u1', autoCreateUser: true };
  const concurrent = refusal(409, 'concurrent_operation_error', 'concurrency create app user failed');

  test('both get a token, unless a setting asks for the 409', async () => {
    const { inherit } = await runEasemob();
    const replies = await Promise.all([inherit(user), inherit(user)]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
  });

  test('meet 409 while the setting lasts, and a repeat after a second does not', async () => {
    let nowMs = 1_000;
    const { inherit } = await runEasemob({ now: () => nowMs }, { concurrentCreateMs: 1_000 });
    expect((await inherit(user)).status).toBe(200);
    nowMs += 999;
    expect(await inherit(user)).toEqual(concurrent);
    nowMs += 1;
    expect((await inherit(user)).status).toBe(200);
  });

  test('do not meet it for a user that was registered, nor without autoCreateUser', async () => {
    const { inherit, register } = await runEasemob({ now: () => 1_000 }, { concurrentCreateMs: 1_000 });
    await register('u1');
    expect((await inherit(user)).status).toBe(200);
    await inherit({ ...user, username: 'u2' });
    expect((await inherit({ username: 'u2' })).status).toBe(200);
  });
});

test('C10: a wrong password, a banned user and a wrong client secret are all 400 invalid_grant, each by its grant', async () => {
  const { send, register, inherit, set } = await runEasemob();
  await register('u1');
  const password = { grant_type: 'password', username: 'u1', password: 'wrong' };
  expect(await send('POST', '/token', password)).toEqual(refusal(400, 'invalid_grant', 'invalid password'));
  const credentials = { grant_type: 'client_credentials', client_id: 'sandbox-client-id', client_secret: 'wrong' };
  const secret = refusal(400, 'invalid_grant', 'client_secret does not match');
  expect(await send('POST', '/token', credentials)).toEqual(secret);
  await send('POST', '/users/u1/deactivate');
  expect(await inherit({ username: 'u1' })).toEqual(refusal(400, 'invalid_grant', 'user not activated'));
  await set({ profile: 'seed-legacy' });
  const older = refusal(400, 'invalid_grant', 'invalid username or password');
  expect(await send('POST', '/token', password)).toEqual(older);
});

test('C11: a bad app token has the text of its call: one on the token path, four elsewhere', async () => {
  const { send, sandbox, issue } = await runEasemob();
  const userToken = await issue('u1');
  const short = await sandbox.easemob('/token', {
    grant_type: 'client_credentials',
    client_id: 'sandbox-client-id',
    client_secret: 'sandbox-client-secret',
    ttl: 1,
  });
  await sandbox.control('POST', '/clock', { advanceMs: 1_000 });
  const expired = `Bearer ${Object(short.body).access_token}`;
  const unknown = `Bearer YWMt${'a'.repeat(60)}`;
  const ask = (path: string, authorization: string, body: object): Promise<unknown> =>
    send('POST', path, body, { Authorization: authorization });
  const oAuth = refusal(401, 'unauthorized', 'Unable to authenticate (OAuth)');
  const corrupt = refusal(401, 'auth_bad_access_token', 'Unable to authenticate due to corrupt access token');
  const old = refusal(401, 'unauthorized', 'Unable to authenticate due to expired access token');
  const inherit = { grant_type: 'inherit', username: 'u1', autoCreateUser: true };
  for (const authorization of ['Bearer x', expired, unknown]) {
    expect(await ask('/token', authorization, inherit)).toEqual(oAuth);
  }
  expect(await ask('/token', `Bearer ${userToken}`, inherit)).toEqual(corrupt);
  expect(await ask('/users/u1/deactivate', expired, {})).toEqual(old);
  expect(await ask('/users/u1/deactivate', 'Bearer x', {})).toEqual(corrupt);
  expect(await ask('/users/u1/deactivate', `Bearer ${userToken}`, {})).toEqual(corrupt);
  const notIssuedHere = refusal(401, 'auth_bad_access_token', 'Unable to authenticate');
  expect(await ask('/users/u1/deactivate', unknown, {})).toEqual(notIssuedHere);
  const none = await sandbox.fetch('/sandbox-org/sandbox-app/users/u1', { method: 'GET' });
  expect(none).toEqual(old);
});

describe('C12: a batch with a name that exists', () => {
  test('makes the others and lists it in live; makes nobody in seed-legacy', async () => {
    const { register, send, set } = await runEasemob();
    await register('u1');
    expect((await register('u1', 'u2')).body).toMatchObject({
      entities: [{ username: 'u2' }],
      data: [{ username: 'u1', registerUserFailReason: 'the u1 already exists' }],
    });
    await set({ profile: 'seed-legacy' });
    const text =
      /^Application [\da-f-]{36} Entity user requires that property named username be unique, value of u1 exists$/;
    expect(await register('u3', 'u1')).toEqual(refusal(400, 'duplicate_unique_property_exists', text));
    expect((await send('GET', '/users/u3')).status).toBe(404);
  });

  test('follows its setting under any profile', async () => {
    const { register } = await runEasemob({}, { existingUsersInBatch: 'refused' });
    await register('u1');
    expect((await register('u1', 'u2')).status).toBe(400);
  });

  test('twice is one user with one password, and refused with two', async () => {
    const { send } = await runEasemob();
    const same = [
      { username: 'u1', password: 'p' },
      { username: 'U1', password: 'p' },
    ];
    expect((await send('POST', '/users', same)).body).toMatchObject({ entities: [{ username: 'u1' }], data: [] });
    const different = [
      { username: 'u2', password: 'first-made-up' },
      { username: 'u2', password: 'other-made-up' },
    ];
    const reply = await send('POST', '/users', different);
    const text = /^the same user u2 has a different password, the passwords are /;
    expect(reply).toEqual(refusal(400, 'duplicate_unique_property_exists', text));
    expect(JSON.stringify(reply.body)).not.toContain('made-up');
  });
});

test('C13: one device is disconnected by DELETE and by GET; strict takes DELETE alone', async () => {
  const { send, register, setOnline, set } = await runEasemob();
  await register('u1');
  for (const method of ['DELETE', 'GET']) {
    await setOnline('u1');
    const { body } = await send('GET', '/users/u1/resources');
    const path = `/users/u1/disconnect/${Object(body).data[0].res}`;
    expect((await send(method, path)).body).toMatchObject({ action: 'delete', data: { result: true } });
    expect((await send('GET', '/users/u1/status')).body).toMatchObject({ data: { u1: 'offline' } });
  }
  await set({ profile: 'strict' });
  const byGet = await send('GET', '/users/u1/disconnect/android_1');
  expect(byGet).toEqual(refusal(500, 'unsupported_service_operation', 'Service operation not supported'));
  expect((await send('DELETE', '/users/u1/disconnect/android_1')).status).toBe(200);
});

test('C14: a password is changed by PUT, not by POST', async () => {
  const { send, register } = await runEasemob();
  await register('u1');
  const change = { newpassword: 'made-up-1' };
  const byPost = await send('POST', '/users/u1/password', change);
  expect(byPost).toEqual(refusal(500, 'unsupported_service_operation', 'Service operation not supported'));
  expect((await send('PUT', '/users/u1/password', change)).status).toBe(200);
});

test('C15: a password may be one character long, but strict wants 6 for a new one; nowhere more than 64', async () => {
  const { send, set } = await runEasemob();
  const register = (username: string, password: string): Promise<unknown> =>
    send('POST', '/users', { username, password });
  const change = (newpassword: unknown): Promise<unknown> => send('PUT', '/users/u1/password', { newpassword });
  expect(await register('u1', '1')).toMatchObject({ status: 200 });
  expect(await change('2')).toMatchObject({ status: 200 });
  expect(await change('p'.repeat(65))).toEqual(refusal(400, 'illegal_argument'));
  expect(await change(undefined)).toEqual(refusal(400, 'illegal_argument', 'newpassword is required'));
  await set({ profile: 'strict' });
  expect(await register('u2', '1')).toMatchObject({ status: 200 });
  expect(await change('12345')).toEqual(refusal(400, 'illegal_argument'));
  expect(await change('123456')).toMatchObject({ status: 200 });
});

describe('C16: a new password', () => {
  test('ends the user’s tokens and sessions and the old password, and the next token is good at once', async () => {
    const { send, register, issue, judge, setOnline } = await runEasemob({ now: () => 1_760_000_000_000 });
    await register('u1', 'u2');
    const [old, others] = [await issue('u1'), await issue('u2')];
    await setOnline('u1');
    await send('PUT', '/users/u1/password', { newpassword: 'made-up-1' });
    expect([await judge(old), await judge(others)]).toEqual([refused('revoked'), accepted('u2')]);
    expect((await send('GET', '/users/u1/status')).body).toMatchObject({ data: { u1: 'offline' } });
    const login = (password: string): Promise<{ status: number }> =>
      send('POST', '/token', { grant_type: 'password', username: 'u1', password });
    expect([(await login(passwordOf('u1'))).status, (await login('made-up-1')).status]).toEqual([400, 200]);
    // The clock has not moved: the token of the same millisecond is told apart by the order of the calls.
    expect(await judge(await issue('u1'))).toEqual(accepted('u1'));
  });

  test('leaves the tokens alone where the account says so', async () => {
    const { send, issue, judge } = await runEasemob({}, { passwordChangeKillsTokens: false });
    const token = await issue('u1');
    await send('PUT', '/users/u1/password', { newpassword: 'made-up-1' });
    expect(await judge(token)).toEqual(accepted('u1'));
  });
});

test('C17: all user management shares 100 calls a second, deleting in bulk has 30 of its own', async () => {
  const { send, register, issue } = await runEasemob({ monotonicNow: () => 0 });
  await issue('u1');
  await register('u2');
  const statuses = async (count: number, method: string, path: string): Promise<Record<number, number>> => {
    const replies = await Promise.all(Array.from({ length: count }, () => send(method, path)));
    const found: Record<number, number> = {};
    for (const { status } of replies) found[status] = (found[status] ?? 0) + 1;
    return found;
  };
  expect(await statuses(49, 'GET', '/users/u1')).toEqual({ 200: 49 });
  expect(await statuses(50, 'GET', '/users/u1/status')).toEqual({ 200: 50 });
  expect(await statuses(1, 'POST', '/users/u1/activate')).toEqual({ 429: 1 });
  expect((await send('POST', '/users/batch/status', { usernames: [] })).body).toMatchObject({ error: 'reach_limit' });
  expect(await statuses(31, 'DELETE', '/users?limit=1')).toEqual({ 200: 30, 429: 1 });
});

test('C17: the limit of one call among those of a path is set by its method', async () => {
  const { send, sandbox } = await runEasemob();
  const limit = { provider: 'easemob', path: '/users', method: 'DELETE', perSecond: 0 };
  expect((await sandbox.control('POST', '/limits', limit)).body).toMatchObject({ rateGroup: 'batch-delete' });
  expect([(await send('DELETE', '/users')).status, (await send('GET', '/users')).status]).toEqual([429, 200]);
});

test('C18: JSON without a Content-Type is read in live, strict answers 415, a wrong type does so in both', async () => {
  const { send, sandbox, set } = await runEasemob();
  const headers = { Authorization: `Bearer ${await sandbox.easemobAppToken()}`, Accept: 'application/json' };
  // A stream goes out chunked, and no client adds a type to it.
  const untyped = (): Promise<{ status: number }> =>
    sandbox.fetch('/sandbox-org/sandbox-app/users/batch/status', {
      method: 'POST',
      headers,
      body: new Blob(['{"usernames":[]}']).stream(),
      duplex: 'half',
    });
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const wrong = refusal(415, 'web_application', 'Unsupported Media Type');
  expect((await untyped()).status).toBe(200);
  expect(await send('POST', '/users/batch/status', 'usernames=u1', form)).toEqual(wrong);
  await set({ profile: 'strict' });
  expect(await untyped()).toEqual(wrong);
  expect(await send('POST', '/users/batch/status', 'usernames=u1', form)).toEqual(wrong);
  expect((await send('POST', '/users/batch/status', { usernames: [] })).status).toBe(200);
});

test('C18: strict wants Accept: application/json where the page of the call has it', async () => {
  const { send, set, register } = await runEasemob();
  await register('u1');
  const any = { Accept: '*/*' };
  expect((await send('GET', '/users/u1', undefined, any)).status).toBe(200);
  await set({ profile: 'strict' });
  const invalid = refusal(400, 'illegal_argument', 'this is an invalid request.');
  expect(await send('GET', '/users/u1', undefined, any)).toEqual(invalid);
  expect((await send('GET', '/users/u1')).status).toBe(200);
  expect((await send('GET', '/mutes/u1', undefined, any)).status).toBe(200);
});

test('C20: a JSON body over 5 kB is 413 in seed-legacy and by its setting, and welcome otherwise', async () => {
  const { send, set } = await runEasemob();
  const usernames = Array.from({ length: 90 }, (_each, at) => `u${at}`.padEnd(60, 'x'));
  expect((await send('POST', '/users/batch/status', { usernames })).status).toBe(200);
  const tooLarge = refusal(413, 'Request Entity Too Large', 'Request Entity Too Large');
  await set({ profile: 'seed-legacy' });
  expect(await send('POST', '/users/batch/status', { usernames })).toEqual(tooLarge);
  await set({ profile: 'live', maxJsonBytes: 20 });
  expect(await send('POST', '/users/batch/status', { usernames: ['u1', 'u2'] })).toEqual(tooLarge);
});

test('C21: a full plan is 429 resource_limited in the words of its edition, and a rate 429 reach_limit', async () => {
  const { register, inherit, set, sandbox } = await runEasemob({}, { maxUsers: 1 });
  await register('u1');
  const community = refusal(
    429,
    'resource_limited',
    'You have exceeded the limit of the community edition,Please upgrade to the enterprise edition',
  );
  expect(await register('u2')).toEqual(community);
  expect(await register('u2', 'u3')).toEqual(community);
  expect(await inherit({ username: 'u2', autoCreateUser: true })).toEqual(community);
  await set({ profile: 'seed-legacy' });
  const free = 'You have exceeded the limit of the Free edition. Please upgrade to higher edition.';
  expect(await register('u2')).toEqual(refusal(429, 'resource_limited', free));
  await sandbox.control('POST', '/limits', { provider: 'easemob', path: '/users', perSecond: 0 });
  expect(await register('u2')).toEqual(refusal(429, 'reach_limit', 'This request has reached api limit'));
});

test('C22: the second domain serves the same users', async () => {
  const { register, sandbox } = await runEasemob();
  await register('u1');
  const headers = { Authorization: `Bearer ${await sandbox.easemobAppToken()}` };
  const reply = await fetch(`${sandbox.backupUrl}/sandbox-org/sandbox-app/users/u1`, { headers });
  expect(await reply.json()).toMatchObject({ entities: [{ username: 'u1' }] });
});

test('C23: expires_in fits an int, except on VIP 5', async () => {
  const { inherit, set } = await runEasemob();
  const long = { username: 'u1', autoCreateUser: true, ttl: 5_184_000_000 };
  expect(lifetimeOf((await inherit(long)).body)).toBe(2_147_483_647);
  await set({ profile: 'vip5' });
  expect(lifetimeOf((await inherit(long)).body)).toBe(5_184_000_000);
});

test('D1: a token makes a user only where it is told to, and registering makes no token', async () => {
  const { inherit, register, send } = await runEasemob();
  expect((await inherit({ username: 'u1', autoCreateUser: false })).status).toBe(404);
  expect((await send('GET', '/users/u1')).status).toBe(404);
  expect((await register('u1')).body).not.toHaveProperty('access_token');
  await inherit({ username: 'u2', autoCreateUser: true });
  expect((await send('GET', '/users/u2')).status).toBe(200);
});

test('D2: no call revokes tokens: a forced logout leaves them good, a ban only while it lasts', async () => {
  const { send, issue, judge, setOnline } = await runEasemob();
  const token = await issue('u1');
  await setOnline('u1');
  await send('GET', '/users/u1/disconnect');
  expect(await judge(token)).toEqual(accepted('u1'));
  await send('POST', '/users/u1/deactivate');
  expect(await judge(token)).toEqual(refused('banned'));
  await send('POST', '/users/u1/activate');
  expect(await judge(token)).toEqual(accepted('u1'));
});

test('D3: a ban logs out at once and has no end of its own', async () => {
  const { send, issue, judge, setOnline, sandbox } = await runEasemob();
  const token = await issue('u1', { ttl: 0 });
  await setOnline('u1');
  await send('POST', '/users/u1/deactivate');
  expect((await send('GET', '/users/u1/status')).body).toMatchObject({ data: { u1: 'offline' } });
  await sandbox.control('POST', '/clock', { advanceMs: 90 * 86_400_000 });
  expect(await judge(token)).toEqual(refused('banned'));
});

test('D4: a banned user gets no token', async () => {
  const { send, register, inherit } = await runEasemob();
  await register('u1');
  await send('POST', '/users/u1/deactivate');
  expect(await inherit({ username: 'u1' })).toEqual(refusal(400, 'invalid_grant', 'user not activated'));
});

test('D5: the lifetime stands in the request and is what the answer says', async () => {
  const { inherit } = await runEasemob();
  expect(lifetimeOf((await inherit({ username: 'u1', autoCreateUser: true, ttl: 42 })).body)).toBe(42);
});

test('D6: two spellings of a name are one user', async () => {
  const { register } = await runEasemob();
  await register('Abc');
  expect(await register('aBC')).toEqual(refusal(400, 'duplicate_unique_property_exists'));
});

test('D7: above the rate a call is 429 reach_limit', async () => {
  const { inherit, sandbox } = await runEasemob();
  await sandbox.control('POST', '/limits', { provider: 'easemob', path: '/token', perSecond: 0 });
  expect(await inherit({ username: 'u1' })).toEqual(refusal(429, 'reach_limit', 'This request has reached api limit'));
});

test('D8: an id that is good for all three providers is good here', async () => {
  const { register } = await runEasemob({}, { profile: 'strict' });
  expect((await register(`u${'7'.repeat(31)}`)).status).toBe(200);
});

import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { CLIENT_CREDENTIALS, EASEMOB_APP_KEY, type RunningSandbox, runSandbox } from '../testing/running-sandbox.ts';
import { easemobJava1 } from './easemob-java-1.fixture.ts';
import { easemobJava2 } from './easemob-java-2.fixture.ts';
import { replay, type RestCall, type SdkFixture, type WireAnswer } from './replay.ts';

/** 1.x reads `expires_in` into an int. */
const JavaInt = z.int().max(2_147_483_647);
const AppToken = z.object({ access_token: z.string(), expires_in: JavaInt });
const UserToken = AppToken.extend({ user: z.object({ username: z.string(), activated: z.boolean() }) });
const Users = z.object({ entities: z.array(z.object({ username: z.string(), activated: z.boolean() })) });

/** As 1.x reads: from status 400 on a JSON body with `error_description`, which must not be empty. */
const Failure = z.object({ error_description: z.string().min(1) });
function readAsJava({ status, text }: WireAnswer): unknown {
  const body: unknown = JSON.parse(text);
  if (status >= 400) throw new Error(`${status} ${Failure.parse(body).error_description}`);
  return body;
}

const SDKS: readonly [name: string, SdkFixture<RestCall>][] = [
  ['1.x', easemobJava1],
  ['2.x', easemobJava2],
];

describe.each(SDKS)('the Easemob Java SDK %s', (_name, sdk) => {
  const ask = async (sandbox: RunningSandbox, call: RestCall): Promise<unknown> =>
    readAsJava(await replay(sandbox.url, sdk.toBytes(call)));
  const start = async (): Promise<{ sandbox: RunningSandbox; appToken: string }> => {
    const sandbox = await runSandbox();
    const answer = AppToken.parse(await ask(sandbox, { method: 'POST', path: '/token', json: CLIENT_CREDENTIALS }));
    return { sandbox, appToken: answer.access_token };
  };
  const register = (appToken: string, username: string): RestCall => {
    const user = { username, password: 'a made-up password' };
    return { method: 'POST', path: '/users', json: sdk === easemobJava1 ? user : [user], appToken };
  };

  test('gets an app token without a ttl, for a number of seconds that fits an int', async () => {
    const sandbox = await runSandbox();
    const call: RestCall = { method: 'POST', path: '/token', json: CLIENT_CREDENTIALS };
    expect(AppToken.parse(await ask(sandbox, call)).expires_in).toBe(5_184_000);
  });

  test('inherits a user token, creating the user, with and without a ttl', async () => {
    const { sandbox, appToken } = await start();
    const inherit = { grant_type: 'inherit', username: 'u1', autoCreateUser: true };
    const first = UserToken.parse(await ask(sandbox, { method: 'POST', path: '/token', json: inherit, appToken }));
    const short = { method: 'POST', path: '/token', json: { ...inherit, ttl: 3_600 }, appToken } as const;
    expect(UserToken.parse(await ask(sandbox, short)).expires_in).toBe(3_600);
    const verdict = await sandbox.connect('easemob', EASEMOB_APP_KEY, first.access_token);
    expect(verdict).toEqual({ ok: true, userId: 'u1' });
  });

  test('registers, and gets a user token by password with the app token still in Authorization', async () => {
    const { sandbox, appToken } = await start();
    expect(Users.parse(await ask(sandbox, register(appToken, 'u1'))).entities[0]?.username).toBe('u1');
    const json = { grant_type: 'password', username: 'u1', password: 'a made-up password' };
    const token = UserToken.parse(await ask(sandbox, { method: 'POST', path: '/token', json, appToken }));
    expect(token.user).toEqual({ username: 'u1', activated: true });
  });

  test('gets, lists and deletes users', async () => {
    const { sandbox, appToken } = await start();
    for (const name of ['u1', 'u2', 'u3']) await ask(sandbox, register(appToken, name));
    const names = async (call: RestCall): Promise<string[]> =>
      Users.parse(await ask(sandbox, call)).entities.map(({ username }) => username);
    expect(await names({ method: 'GET', path: '/users/u2', appToken })).toEqual(['u2']);
    const page = await ask(sandbox, { method: 'GET', path: '/users?limit=2', appToken });
    const { cursor } = z.object({ cursor: z.string() }).parse(page);
    expect(Users.parse(page).entities).toHaveLength(2);
    expect(await names({ method: 'GET', path: `/users?limit=2&cursor=${cursor}`, appToken })).toHaveLength(1);
    expect(await names({ method: 'DELETE', path: '/users/u2', appToken })).toEqual(['u2']);
    const gone = ask(sandbox, { method: 'GET', path: '/users/u2', appToken });
    await expect(gone).rejects.toThrow('404 Service resource not found');
  });

  test('bans, activates, changes the password, logs out', async () => {
    const { sandbox, appToken } = await start();
    await ask(sandbox, register(appToken, 'u1'));
    const deactivate = { method: 'POST', path: '/users/u1/deactivate', appToken } as const;
    expect(Users.parse(await ask(sandbox, deactivate)).entities[0]?.activated).toBe(false);
    await ask(sandbox, { method: 'POST', path: '/users/u1/activate', appToken });
    const json = { newpassword: 'another made-up one' };
    const change = await ask(sandbox, { method: 'PUT', path: '/users/u1/password', json, appToken });
    expect(change).toMatchObject({ action: 'set user password' });
    const logout = await ask(sandbox, { method: 'GET', path: '/users/u1/disconnect', appToken });
    expect(logout).toMatchObject({ data: { result: true } });
  });

  test('logs one device out: by GET in 1.x, by DELETE in 2.x', async () => {
    const { sandbox, appToken } = await start();
    await ask(sandbox, register(appToken, 'u1'));
    await sandbox.control('POST', '/online', {
      provider: 'easemob',
      appKey: EASEMOB_APP_KEY,
      userId: 'u1',
      online: true,
    });
    const devices = await ask(sandbox, { method: 'GET', path: '/users/u1/resources', appToken });
    const [device] = z.object({ data: z.array(z.object({ res: z.string() })) }).parse(devices).data;
    const method = sdk === easemobJava1 ? 'GET' : 'DELETE';
    const logout = await ask(sandbox, { method, path: `/users/u1/disconnect/${device?.res}`, appToken });
    expect(logout).toMatchObject({ data: { result: true } });
    const status = await ask(sandbox, { method: 'GET', path: '/users/u1/status', appToken });
    expect(status).toMatchObject({ data: { u1: 'offline' } });
  });

  test('asks who is online, one and many', async () => {
    const { sandbox, appToken } = await start();
    await ask(sandbox, register(appToken, 'u1'));
    const one = await ask(sandbox, { method: 'GET', path: '/users/u1/status', appToken });
    expect(one).toMatchObject({ data: { u1: 'offline' } });
    const json = { usernames: ['u1', 'nobody'] };
    const many = await ask(sandbox, { method: 'POST', path: '/users/batch/status', json, appToken });
    expect(many).toMatchObject({ data: [{ u1: 'offline' }, { nobody: 'offline' }] });
  });

  test('every refusal has a text that its exceptions can carry', async () => {
    const { sandbox, appToken } = await start();
    const json = { ...CLIENT_CREDENTIALS, client_secret: 'not-the-secret' };
    const token: RestCall = { method: 'POST', path: '/token', json };
    await expect(ask(sandbox, token)).rejects.toThrow('400 client_secret does not match');
    await expect(ask(sandbox, register('YWMtnonsense', 'u1'))).rejects.toThrow(/^401 ./);
    await expect(ask(sandbox, { method: 'GET', path: '/users/nobody', appToken })).rejects.toThrow(/^404 ./);
    await sandbox.control('POST', '/limits', { provider: 'easemob', path: '/token', perSecond: 0 });
    await expect(ask(sandbox, token)).rejects.toThrow(/^429 This request has reached api limit/);
  });
});

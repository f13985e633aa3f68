import type { IncomingHttpHeaders } from 'node:http';

import { RongCloudIssueTokenReply } from '@immint/contracts/rongcloud';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { runRecorder } from '../testing/request-recorder.ts';
import { type RunningSandbox, runSandbox } from '../testing/running-sandbox.ts';
import { loadRongCloudNodeSdk, type RongCloudNodeSdk, type SdkStart } from './rongcloud-node.sdk.ts';

// RongCloud's own Node SDK 3.1.1, unmodified. Its texts for codes that it knows are its own, in Chinese; what is
// asserted of those is the code that it puts in place of the provider's.

const mei = (id: string) => ({ id, name: 'Mei Lin 张三 & co', portrait: 'http://img.example/7.png?a=1&b=2' });

async function start(more: Partial<SdkStart> = {}): Promise<{ sandbox: RunningSandbox; sdk: RongCloudNodeSdk }> {
  const sandbox = await runSandbox();
  return { sandbox, sdk: loadRongCloudNodeSdk({ api: sandbox.url, ...more }) };
}

async function registered(sdk: RongCloudNodeSdk, id: string): Promise<string> {
  return RongCloudIssueTokenReply.parse(await sdk.User.register(mei(id))).token;
}

const byJson = (one: unknown, other: unknown): number => JSON.stringify(one).localeCompare(JSON.stringify(other));

/** What the sandbox saw, a line a call. */
async function calls(sandbox: RunningSandbox): Promise<unknown[]> {
  const { entries } = await sandbox.journal();
  return entries.map(({ path, userIds, status, code }) => [path, userIds, status, code]);
}

describe('register', () => {
  test('hands over a token that is good at login, for the name as it was given', async () => {
    const { sandbox, sdk } = await start();
    const answer = await sdk.User.register(mei('u7Qk29'));
    expect(answer).toEqual({ code: 200, userId: 'u7Qk29', token: expect.stringContaining('@') });
    const { token } = RongCloudIssueTokenReply.parse(answer);
    expect(await sandbox.connect('rongcloud', 'sandbox-rongcloud', token)).toEqual({ ok: true, userId: 'u7Qk29' });
    const { body } = await sandbox.rongcloud('/user/info.json', { userId: 'u7Qk29' });
    expect(body).toMatchObject({ userName: 'Mei Lin 张三 & co', userPortrait: 'http://img.example/7.png?a=1&b=2' });
    expect((await calls(sandbox))[0]).toEqual(['/user/getToken.json', ['u7Qk29'], 200, 200]);
  });

  test('again, with the same nonce, timestamp and signature: another token, both good', async () => {
    const { sandbox, sdk } = await start();
    const tokens = [await registered(sdk, 'u1'), await registered(sdk, 'u1')];
    expect(tokens[0]).not.toBe(tokens[1]);
    for (const token of tokens) {
      expect(await sandbox.connect('rongcloud', 'sandbox-rongcloud', token)).toMatchObject({ ok: true });
    }
  });

  test('with a bad secret: resolves to its own code 20000 for 1004, and no token was made', async () => {
    const { sandbox, sdk } = await start({ secret: 'not-the-secret' });
    expect(await sdk.User.register(mei('u1'))).toEqual({ code: '20000', msg: expect.any(String) });
    expect(await calls(sandbox)).toEqual([['/user/getToken.json', ['u1'], 401, 1004]]);
    expect((await sandbox.journal()).entries[0]?.executed).toBe(false);
  });

  test('with an unknown App Key: resolves to the recorded error, its text under `msg`', async () => {
    const { sandbox, sdk } = await start({ appkey: 'nobody' });
    expect(await sdk.User.register(mei('u1'))).toEqual({
      url: '/user/getToken.json',
      code: 1002,
      msg: 'invalid App-Key.',
    });
    expect((await sandbox.journal()).entries[0]).toMatchObject({ appKey: 'nobody', code: 1002, executed: false });
  });

  test('over the rate: resolves to its own code 20001 for 1008, and the journal counts the call', async () => {
    const { sandbox, sdk } = await start();
    await sandbox.control('POST', '/limits', { provider: 'rongcloud', path: '/user/getToken.json', perSecond: 1 });
    expect(await sdk.User.register(mei('u1'))).toMatchObject({ code: 200 });
    expect(await sdk.User.register(mei('u2'))).toEqual({ code: '20001', msg: expect.any(String) });
    expect((await sandbox.journal()).entries.map(({ status, code, overLimit }) => [status, code, overLimit])).toEqual([
      [200, 200, false],
      [429, 1008, true],
    ]);
  });

  test('one user too many: resolves to its own code 10001 for 2007', async () => {
    const { sandbox, sdk } = await start();
    await sandbox.control('POST', '/settings', { provider: 'rongcloud', appKey: 'sandbox-rongcloud', maxUsers: 1 });
    expect(await sdk.User.register(mei('u1'))).toMatchObject({ code: 200 });
    expect(await sdk.User.register(mei('u2'))).toEqual({ code: '10001', msg: expect.any(String) });
    expect((await calls(sandbox))[1]).toEqual(['/user/getToken.json', ['u2'], 403, 2007]);
  });

  test('a user id that the provider refuses: resolves to code and text of the sandbox', async () => {
    const { sdk } = await start();
    expect(await sdk.User.register(mei('u 1'))).toEqual({
      url: '/user/getToken.json',
      code: 1002,
      msg: expect.stringContaining('userId'),
    });
  });

  test.each([
    ['no name', { id: 'u1', portrait: 'p' }, '20005'],
    ['no portrait', { id: 'u1', name: 'n' }, '20005'],
    ['no id', { name: 'n', portrait: 'p' }, '20005'],
    ['a name of 65 characters', { id: 'u1', name: 'n'.repeat(65), portrait: 'p' }, '20003'],
    ['a portrait of 513 characters', { id: 'u1', name: 'n', portrait: 'p'.repeat(513) }, '20003'],
  ])('%s: rejects by itself, and nothing was sent', async (_what, user, code) => {
    const { sandbox, sdk } = await start();
    await expect(sdk.User.register(user)).rejects.toMatchObject({ code });
    expect(await calls(sandbox)).toEqual([]);
  });

  test('an error under HTTP 200 is handed over as if it were success', async () => {
    const { sandbox, sdk } = await start({ secret: 'not-the-secret' });
    const setting = { provider: 'rongcloud', appKey: 'sandbox-rongcloud', httpStatusOnError: false };
    await sandbox.control('POST', '/settings', setting);
    expect(await sdk.User.register(mei('u1'))).toEqual({
      url: '/user/getToken.json',
      code: 1004,
      errorMessage: expect.stringContaining('signature'),
    });
  });

  test('after any refused call, the next one goes to the next address; then it comes back', async () => {
    const sandbox = await runSandbox();
    const sdk = loadRongCloudNodeSdk({ api: [sandbox.url, sandbox.backupUrl] });
    await sdk.User.register(mei('bad id'));
    await sdk.User.register(mei('u1'));
    await sandbox.control('POST', '/faults', [{ kind: 'reset', domain: 'backup', times: 1 }]);
    await sdk.User.register(mei('u2'));
    expect(await sdk.User.register(mei('u3'))).toMatchObject({ code: 200 });
    const { entries } = await sandbox.journal();
    expect(entries.map(({ domain, fault }) => [domain, fault])).toEqual([
      ['primary', null],
      ['backup', null],
      ['backup', 'reset'],
      ['primary', null],
    ]);
  });
});

describe('update', () => {
  test('changes name and portrait, and the token stays good', async () => {
    const { sandbox, sdk } = await start();
    const token = await registered(sdk, 'u1');
    expect(await sdk.User.update({ id: 'u1', name: 'New', portrait: 'http://img.example/8.png' })).toEqual({
      code: 200,
    });
    const { body } = await sandbox.rongcloud('/user/info.json', { userId: 'u1' });
    expect(body).toMatchObject({ userName: 'New', userPortrait: 'http://img.example/8.png' });
    expect(await sandbox.connect('rongcloud', 'sandbox-rongcloud', token)).toMatchObject({ ok: true });
    expect((await calls(sandbox))[1]).toEqual(['/user/refresh.json', ['u1'], 200, 200]);
  });

  test('with a bad secret, and over the rate', async () => {
    const { sdk: bad } = await start({ secret: 'not-the-secret' });
    expect(await bad.User.update(mei('u1'))).toMatchObject({ code: '20000' });
    const { sandbox, sdk } = await start();
    await sandbox.control('POST', '/limits', { provider: 'rongcloud', path: '/user/refresh.json', perSecond: 0 });
    expect(await sdk.User.update(mei('u1'))).toMatchObject({ code: '20001' });
  });
});

describe('Block', () => {
  test('add, getList, remove: one user and several', async () => {
    const { sandbox, sdk } = await start();
    const token = await registered(sdk, 'u1');
    await sdk.User.register(mei('u2'));
    const { Block } = sdk.User;
    expect(await Block.getList()).toEqual({ code: 200, users: [] });
    expect(await Block.add({ id: 'u1', minute: 30 })).toEqual({ code: 200 });
    expect(await Block.add({ id: ['u1', 'u2'], minute: 60 })).toEqual({ code: 200 });
    expect(await sandbox.connect('rongcloud', 'sandbox-rongcloud', token)).toEqual({ ok: false, reason: 'banned' });
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    const { users } = z.object({ users: z.array(z.unknown()) }).parse(await Block.getList());
    expect(users.toSorted(byJson)).toEqual([
      { userId: 'u1', blockEndTime: time },
      { userId: 'u2', blockEndTime: time },
    ]);
    expect(await Block.remove({ id: ['u1', 'u2'] })).toEqual({ code: 200 });
    expect(await Block.getList()).toEqual({ code: 200, users: [] });
    expect(await sandbox.connect('rongcloud', 'sandbox-rongcloud', token)).toMatchObject({ ok: true });
    expect((await calls(sandbox)).slice(2)).toEqual([
      ['/user/block/query.json', [], 200, 200],
      ['/user/block.json', ['u1'], 200, 200],
      ['/user/block.json', ['u1', 'u2'], 200, 200],
      ['/user/block/query.json', [], 200, 200],
      ['/user/unblock.json', ['u1', 'u2'], 200, 200],
      ['/user/block/query.json', [], 200, 200],
    ]);
  });

  test('a ban of 0 or 43,201 minutes rejects by itself with 20004', async () => {
    const { sandbox, sdk } = await start();
    for (const minute of [0, 43_201]) {
      await expect(sdk.User.Block.add({ id: 'u1', minute })).rejects.toMatchObject({ code: '20004' });
    }
    expect(await calls(sandbox)).toEqual([]);
  });

  test('more than 20 users, which the SDK lets through, are refused by the sandbox', async () => {
    const { sdk } = await start();
    const id = Array.from({ length: 21 }, (_each, at) => `u${at}`);
    const answer = await sdk.User.Block.add({ id, minute: 1 });
    expect(answer).toEqual({ url: '/user/block.json', code: 1002, msg: expect.stringContaining('20') });
  });

  test('with a bad secret, and over the rate', async () => {
    const { sdk: bad } = await start({ secret: 'not-the-secret' });
    expect(await bad.User.Block.getList()).toMatchObject({ code: '20000' });
    expect(await bad.User.Block.add({ id: 'u1', minute: 1 })).toMatchObject({ code: '20000' });
    expect(await bad.User.Block.remove({ id: 'u1' })).toMatchObject({ code: '20000' });
    const { sandbox, sdk } = await start();
    await sandbox.control('POST', '/limits', { provider: 'rongcloud', path: '/user/block/query.json', perSecond: 0 });
    expect(await sdk.User.Block.getList()).toMatchObject({ code: '20001' });
  });
});

describe('Blacklist', () => {
  test('add, getList, remove', async () => {
    const { sandbox, sdk } = await start();
    const { Blacklist } = sdk.User;
    for (const id of ['u1', 'u2', 'u3']) await sdk.User.register(mei(id));
    const others = () => ({ id: 'u1', blacklist: [{ id: 'u2' }, { id: 'u3' }] });
    expect(await Blacklist.getList({ id: 'u1' })).toEqual({ code: 200, users: [] });
    expect(await Blacklist.add(others())).toEqual({ code: 200 });
    const { users } = z.object({ users: z.array(z.unknown()) }).parse(await Blacklist.getList({ id: 'u1' }));
    expect(users.toSorted(byJson)).toEqual([{ id: 'u2' }, { id: 'u3' }]);
    expect(await Blacklist.remove({ id: 'u1', blacklist: [{ id: 'u2' }] })).toEqual({ code: 200 });
    expect(await Blacklist.getList({ id: 'u1' })).toEqual({ code: 200, users: [{ id: 'u3' }] });
    expect((await calls(sandbox)).slice(3)).toEqual([
      ['/user/blacklist/query.json', ['u1'], 200, 200],
      ['/user/blacklist/add.json', ['u1'], 200, 200],
      ['/user/blacklist/query.json', ['u1'], 200, 200],
      ['/user/blacklist/remove.json', ['u1'], 200, 200],
      ['/user/blacklist/query.json', ['u1'], 200, 200],
    ]);
  });

  test('with a bad secret, and over the rate', async () => {
    const { sdk: bad } = await start({ secret: 'not-the-secret' });
    expect(await bad.User.Blacklist.add({ id: 'u1', blacklist: [{ id: 'u2' }] })).toMatchObject({ code: '20000' });
    expect(await bad.User.Blacklist.getList({ id: 'u1' })).toMatchObject({ code: '20000' });
    const { sandbox, sdk } = await start();
    const path = '/user/blacklist/query.json';
    await sandbox.control('POST', '/limits', { provider: 'rongcloud', path, perSecond: 0 });
    expect(await sdk.User.Blacklist.getList({ id: 'u1' })).toMatchObject({ code: '20001' });
  });
});

describe('OnlineStatus', () => {
  test('is a text: "0", and "1" for a user who is connected', async () => {
    const { sandbox, sdk } = await start();
    await sdk.User.register(mei('u1'));
    expect(await sdk.User.OnlineStatus.get({ id: 'u1' })).toEqual({ code: 200, status: '0' });
    const connected = { provider: 'rongcloud', appKey: 'sandbox-rongcloud', userId: 'u1', online: true };
    await sandbox.control('POST', '/online', connected);
    expect(await sdk.User.OnlineStatus.get({ id: 'u1' })).toEqual({ code: 200, status: '1' });
    expect((await calls(sandbox))[1]).toEqual(['/user/checkOnline.json', ['u1'], 200, 200]);
  });

  test('with a bad secret', async () => {
    const { sdk } = await start({ secret: 'not-the-secret' });
    expect(await sdk.User.OnlineStatus.get({ id: 'u1' })).toMatchObject({ code: '20000' });
  });
});

describe('Tag', () => {
  test('set, batchSet, getList, remove, batchRemove', async () => {
    const { sandbox, sdk } = await start();
    const { Tag } = sdk.User;
    const both = [{ id: 'u1' }, { id: 'u2' }];
    for (const { id } of both) await sdk.User.register(mei(id));
    expect(await Tag.set({ id: 'u1', tags: ['大叔', 'north'] })).toEqual({ code: 200 });
    expect(await Tag.getList(both)).toEqual({ code: 200, tags: { u1: ['大叔', 'north'], u2: [] } });
    expect(await Tag.batchSet({ users: both, tags: ['new'] })).toEqual({ code: 200 });
    expect(await Tag.getList({ id: 'u1' })).toEqual({ code: 200, tags: { u1: ['new'] } });
    expect(await Tag.remove({ id: 'u1' })).toEqual({ code: 200 });
    expect(await Tag.batchRemove({ users: both })).toEqual({ code: 200 });
    expect(await Tag.getList(both)).toEqual({ code: 200, tags: { u1: [], u2: [] } });
    expect((await calls(sandbox)).slice(2)).toEqual([
      ['/user/tag/set.json', ['u1'], 200, 200],
      ['/user/tags/get.json', ['u1', 'u2'], 200, 200],
      ['/user/tag/batch/set.json', ['u1', 'u2'], 200, 200],
      ['/user/tags/get.json', ['u1'], 200, 200],
      ['/user/tag/set.json', ['u1'], 200, 200],
      ['/user/tag/batch/set.json', ['u1', 'u2'], 200, 200],
      ['/user/tags/get.json', ['u1', 'u2'], 200, 200],
    ]);
  });

  test('a tag of more than 40 bytes is refused by the sandbox', async () => {
    const { sdk } = await start();
    await sdk.User.register(mei('u1'));
    const answer = await sdk.User.Tag.set({ id: 'u1', tags: ['t'.repeat(41)] });
    expect(answer).toEqual({ url: '/user/tag/set.json', code: 1005, msg: expect.stringContaining('40') });
  });

  test('tags that are no list reject by themselves; with a bad secret', async () => {
    const { sdk } = await start({ secret: 'not-the-secret' });
    await expect(sdk.User.Tag.set({ id: 'u1', tags: 'north' })).rejects.toMatchObject({ code: '20006' });
    expect(await sdk.User.Tag.set({ id: 'u1', tags: ['a'] })).toMatchObject({ code: '20000' });
    expect(await sdk.User.Tag.batchSet({ users: [{ id: 'u1' }], tags: ['a'] })).toMatchObject({ code: '20000' });
    expect(await sdk.User.Tag.getList({ id: 'u1' })).toMatchObject({ code: '20000' });
  });
});

describe('under other profiles', () => {
  test('strict refuses its timestamp in seconds, as the documentation would have it', async () => {
    const { sandbox, sdk } = await start();
    const strict = { provider: 'rongcloud', appKey: 'sandbox-rongcloud', profile: 'strict' };
    await sandbox.control('POST', '/settings', strict);
    expect(await sdk.User.register(mei('u1'))).toMatchObject({ code: '20000' });
    expect(await calls(sandbox)).toEqual([['/user/getToken.json', ['u1'], 401, 1004]]);
  });

  test('seed-legacy registers a user once: its 1004 looks like a bad signature to the SDK', async () => {
    const { sandbox, sdk } = await start();
    const legacy = { provider: 'rongcloud', appKey: 'sandbox-rongcloud', profile: 'seed-legacy' };
    await sandbox.control('POST', '/settings', legacy);
    expect(await sdk.User.register(mei('u1'))).toMatchObject({ code: 200 });
    expect(await sdk.User.register(mei('u1'))).toMatchObject({ code: '20000' });
    expect((await calls(sandbox))[1]).toEqual(['/user/getToken.json', ['u1'], 400, 1004]);
  });
});

describe('what it sends', () => {
  test('one nonce, timestamp in seconds and signature for the life of the process, and a body whose name comes first', async () => {
    const { url, requests } = await runRecorder();
    const sdk = loadRongCloudNodeSdk({ api: url });
    await sdk.User.register({ id: 'u 1', name: 'Mei', portrait: '_' });
    await sdk.User.Block.getList();
    const [register, list] = requests;
    expect(register?.headers).toMatchObject({
      'user-agent': 'rc-nodejs-sdk/3.1.1',
      'app-key': 'sandbox-rongcloud',
      nonce: expect.stringMatching(/^\d{1,8}$/),
      timestamp: expect.stringMatching(/^\d{10}$/),
      signature: expect.stringMatching(/^[\da-f]{40}$/),
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(register?.body).toBe('name=Mei&userId=u%201&portraitUri=_');
    const signing = ({ nonce, timestamp, signature }: IncomingHttpHeaders): unknown => [nonce, timestamp, signature];
    expect(signing(list?.headers ?? {})).toEqual(signing(register?.headers ?? {}));
    expect([list?.body, list?.headers['content-length']]).toEqual(['', '0']);
  });
});

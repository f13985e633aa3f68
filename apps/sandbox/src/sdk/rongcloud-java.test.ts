import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { type RunningSandbox, runSandbox } from '../testing/running-sandbox.ts';
import { type FormCall, replay, type WireAnswer } from './replay.ts';
import { rongcloudJava } from './rongcloud-java.fixture.ts';

const java = rongcloudJava();
type JavaCall = FormCall & { readonly isRaw?: boolean };

const register = (userId: string): JavaCall => ({
  path: '/user/getToken.json',
  form: [
    ['userId', userId],
    ['name', "Mei Lin 张三 *~!'()"],
    ['portraitUri', 'http://img.example/7.png?a=1&b=2'],
  ],
});
const named = (path: string, ...userIds: string[]): JavaCall => ({
  path,
  form: userIds.map((userId) => ['userId', userId]),
});

/** As the SDK reads: the body must be a JSON object under any status, and not be empty; `code` is a number or a text. */
const JavaResult = z.looseObject({ code: z.union([z.number(), z.string()]) });
function readAsJava({ text }: WireAnswer): z.infer<typeof JavaResult> {
  return JavaResult.parse(JSON.parse(text));
}

async function asJava(sandbox: RunningSandbox, call: JavaCall): Promise<unknown> {
  return readAsJava(await replay(sandbox.url, java.toBytes(call)));
}

describe('the Java SDK', () => {
  test.each(['878027.0867103012', '6.1234E-4', '0.9', '3.1415900000000005E-4', '1.0E-5'])(
    'registers with the nonce %s, its connection is closed, and its request id comes back',
    async (nonce) => {
      const { url, connect } = await runSandbox();
      const answer = await replay(url, rongcloudJava({ nonce }).toBytes(register('u1')));
      const { token } = z.object({ token: z.string() }).parse(readAsJava(answer));
      expect(await connect('rongcloud', 'sandbox-rongcloud', token)).toEqual({ ok: true, userId: 'u1' });
      expect(answer.headers.get('connection')).toBe('close');
      expect(answer.headers.get('x-request-id')).toBe('0f8fad5bd9cb469fa16570867728950e');
    },
  );

  test('reads the name as it was given', async () => {
    const sandbox = await runSandbox();
    await asJava(sandbox, register('u1'));
    expect(await asJava(sandbox, named('/user/info.json', 'u1'))).toMatchObject({ userName: "Mei Lin 张三 *~!'()" });
  });

  test('expires and blocks with repeated ids, and lists', async () => {
    const sandbox = await runSandbox();
    await asJava(sandbox, register('u1'));
    await asJava(sandbox, register('u2'));
    const both = [['userId', 'u1'] as const, ['userId', 'u2'] as const];
    const expire: JavaCall = { path: '/user/token/expire.json', form: [...both, ['time', '1760000000000']] };
    expect(await asJava(sandbox, expire)).toEqual({ code: 200 });
    expect((await sandbox.journal()).entries.at(-1)?.userIds).toEqual(['u1', 'u2']);
    expect(await asJava(sandbox, { path: '/user/block.json', form: [...both, ['minute', '1']] })).toEqual({
      code: 200,
    });
    const { users } = z
      .object({ users: z.array(z.unknown()) })
      .parse(await asJava(sandbox, { path: '/user/block/query.json', form: [] }));
    expect(users).toHaveLength(2);
  });

  test('deactivates one encoded id; reactivates ids joined by a raw comma', async () => {
    const sandbox = await runSandbox();
    await asJava(sandbox, register('u1'));
    await asJava(sandbox, register('u2'));
    for (const userId of ['u1', 'u2']) {
      expect(await asJava(sandbox, named('/user/deactivate.json', userId))).toMatchObject({ code: 200 });
    }
    await sandbox.control('POST', '/clock', { advanceMs: 3_600_000 });
    const reactivate: JavaCall = { ...named('/user/reactivate.json', 'u1,u2'), isRaw: true };
    expect(await asJava(sandbox, reactivate)).toEqual({ code: 200, operateId: expect.any(String) });
    expect(await asJava(sandbox, { path: '/user/deactivate/query.json', form: [] })).toEqual({ code: 200, users: [] });
  });

  test('the older alias activate does what reactivate does', async () => {
    const sandbox = await runSandbox();
    await asJava(sandbox, register('u1'));
    await asJava(sandbox, named('/user/deactivate.json', 'u1'));
    await sandbox.control('POST', '/clock', { advanceMs: 3_600_000 });
    expect(await asJava(sandbox, named('/user/activate.json', 'u1'))).toMatchObject({ code: 200 });
    expect(await asJava(sandbox, register('u1'))).toMatchObject({ code: 200, userId: 'u1' });
  });

  test('deletes ids joined by a comma, an encoded one too', async () => {
    const sandbox = await runSandbox();
    for (const userId of ['u1', 'u2', 'u3', 'u4']) await asJava(sandbox, register(userId));
    expect(await asJava(sandbox, named('/user/delusers.json', 'u1,u2'))).toEqual({ code: 200 });
    expect(await asJava(sandbox, { ...named('/user/delusers.json', 'u3,u4'), isRaw: true })).toEqual({ code: 200 });
    expect((await sandbox.journal()).entries.slice(-2).map(({ userIds }) => userIds)).toEqual([
      ['u1', 'u2'],
      ['u3', 'u4'],
    ]);
  });

  test('asks who is online, sets tags by JSON', async () => {
    const sandbox = await runSandbox();
    await asJava(sandbox, register('u1'));
    expect(await asJava(sandbox, named('/user/checkOnline.json', 'u1'))).toEqual({ code: 200, status: '0' });
    const tag = { path: '/user/tag/set.json', json: { userId: 'u1', tags: ['a'] } };
    expect(await asJava(sandbox, tag)).toEqual({ code: 200 });
  });

  test('every refusal is a JSON object with a code, under its own HTTP status', async () => {
    const sandbox = await runSandbox();
    const { url } = sandbox;
    const refusalOf = async (request: Buffer): Promise<readonly unknown[]> => {
      const answer = await replay(url, request);
      return [answer.status, readAsJava(answer).code];
    };
    expect(await refusalOf(rongcloudJava({ secret: 'not-the-secret' }).toBytes(register('u1')))).toEqual([401, 1004]);
    expect(await refusalOf(rongcloudJava({ appKey: 'nobody' }).toBytes(register('u1')))).toEqual([400, 1002]);
    expect(await refusalOf(java.toBytes({ path: '/user/getToken.json', form: [] }))).toEqual([400, 1003]);
    await sandbox.control('POST', '/settings', { provider: 'rongcloud', appKey: 'sandbox-rongcloud', maxUsers: 0 });
    expect(await refusalOf(java.toBytes(register('u1')))).toEqual([403, 2007]);
  });
});

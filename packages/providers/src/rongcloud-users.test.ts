import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { MARK } from './testing/hostile-answers.ts';
import { type Bench, failureOf, longContext, openBench } from './testing/provider-suite.ts';
import { readFixture } from './testing/read-fixture.ts';
import { type Answer, httpAnswer, jsonAnswer } from './testing/scripted-provider.ts';

const account = { name: 'rongcloud', appKey: 'uwd1c0sxdlx2' } as const;
const done: Answer = httpAnswer(200, readFixture('rongcloud/done.json'));
const idsTo = (count: number): string[] => Array.from({ length: count }, (_, index) => `u${index + 1}`);

describe("RongCloud's calls about users", () => {
  let bench: Bench;
  const context = longContext();
  const answer = (...answers: readonly Answer[]): void => bench.provider.script(...answers);
  const sent = () => bench.provider.requests.map(({ head, body }) => [head.split(' ')[1], body]);
  beforeEach(async () => {
    bench = await openBench(account);
  });
  afterEach(() => bench.close());

  test('A23, D2: tokens are ended before an instant, with one field for each user', async () => {
    answer(done);
    const { revocation } = bench.chat;
    expect(await revocation?.revoke(['u1', 'u2'], 1_760_000_000_000, context)).toEqual([
      { userId: 'u1' },
      { userId: 'u2' },
    ]);
    expect(sent()).toEqual([['/user/token/expire.json', 'userId=u1&userId=u2&time=1760000000000']]);
    expect(revocation?.isVerified).toBe(true);
  });

  test('A24: 41 users are three calls of at most 20, and 101 are two of at most 100', async () => {
    answer(done, done, done);
    const outcomes = await bench.chat.revocation?.revoke(idsTo(41), 1_760_000_000_000, context);
    expect(outcomes?.map(({ userId }) => userId)).toEqual(idsTo(41));
    const counts = bench.provider.requests.map(({ body }) => new URLSearchParams(body).getAll('userId').length);
    expect(counts).toEqual([20, 20, 1]);
    const operation = httpAnswer(200, readFixture('rongcloud/operation.json'));
    answer(operation, operation);
    const operations = await bench.chat.users.deactivate?.(idsTo(101), context);
    expect(operations?.map(({ userIds }) => userIds.length)).toEqual([100, 1]);
  });

  test('a user is shown as far as RongCloud tells', async () => {
    answer(
      httpAnswer(200, readFixture('rongcloud/user-info.json')),
      jsonAnswer(200, { code: 200, userName: '', userPortrait: null }),
    );
    expect(await bench.chat.users.show?.('u1', context)).toEqual({
      userId: 'u1',
      name: 'Ironman',
      avatarUrl: 'http://abc.com/myportrait.jpg',
      createdAt: '2016-05-24 10:38:19',
      isBanned: undefined,
    });
    expect(await bench.chat.users.show?.('u1', context)).toMatchObject({ name: undefined, createdAt: undefined });
    expect(sent()[0]).toEqual(['/user/info.json', 'userId=u1']);
  });

  test('D3: a ban lasts 1 to 43,200 minutes, which must be given', async () => {
    answer(done, done);
    expect(await bench.chat.users.ban?.(['u1', 'u2'], 43_200, context)).toEqual([{ userId: 'u1' }, { userId: 'u2' }]);
    expect(await bench.chat.users.unban?.(['u1'], context)).toEqual([{ userId: 'u1' }]);
    expect(sent()).toEqual([
      ['/user/block.json', 'userId=u1&userId=u2&minute=43200'],
      ['/user/unblock.json', 'userId=u1'],
    ]);
    for (const minutes of [undefined, 0, 43_201, 1.5])
      expect(await failureOf(Promise.resolve(bench.chat.users.ban?.(['u1'], minutes, context)))).toMatchObject({
        kind: 'bad-request',
        message: expect.stringContaining('A ban must last 1 to 43200 whole minutes.'),
      });
    expect(bench.provider.requests).toHaveLength(2);
  });

  test('the banned are listed by page, with the end of their ban as RongCloud writes it', async () => {
    answer(
      httpAnswer(200, readFixture('rongcloud/banned-users.json')),
      httpAnswer(200, readFixture('rongcloud/no-banned-users.json')),
    );
    const list = () => bench.chat.users.banned?.({ page: 2, pageSize: 50 }, context);
    expect(await list()).toEqual([{ userId: 'u1', until: '2015-01-11 01:28:20' }]);
    expect(await list()).toEqual([]);
    expect(sent()[0]).toEqual(['/user/block/query.json', 'page=2&size=50']);
  });

  test('who is online is asked user by user, and answered in a text', async () => {
    answer(
      httpAnswer(200, readFixture('rongcloud/online.json')),
      httpAnswer(200, readFixture('rongcloud/offline.json')),
      jsonAnswer(200, { code: 200, status: 1 }),
    );
    const outcomes = await bench.chat.users.online?.(['u1', 'u2', 'u3'], context);
    expect(outcomes).toMatchObject([
      { userId: 'u1', isOnline: true },
      { userId: 'u2', isOnline: false },
      { userId: 'u3', error: { kind: 'broke-contract' } },
    ]);
    expect(sent()[0]).toEqual(['/user/checkOnline.json', 'userId=u1']);
  });

  test('A23: users are deactivated and reactivated by one field that joins them with commas', async () => {
    const operation = httpAnswer(200, readFixture('rongcloud/operation.json'));
    answer(operation, operation);
    const expected = [{ userIds: ['u1', 'u2'], operationId: 'C70B-B1D6-82E8-5SBO' }];
    expect(await bench.chat.users.deactivate?.(['u1', 'u2'], context)).toEqual(expected);
    expect(await bench.chat.users.reactivate?.(['u1', 'u2'], context)).toEqual(expected);
    expect(sent()).toEqual([
      ['/user/deactivate.json', 'userId=u1%2Cu2'],
      ['/user/reactivate.json', 'userId=u1%2Cu2'],
    ]);
  });

  test('an operation that was not begun says why, and the others are still told', async () => {
    answer(
      jsonAnswer(504, { code: 1050, errorMessage: MARK }),
      httpAnswer(200, readFixture('rongcloud/operation.json')),
    );
    expect(await bench.chat.users.deactivate?.(idsTo(101), context)).toMatchObject([
      { operationId: undefined, error: { kind: 'failed' } },
      { userIds: ['u101'], operationId: 'C70B-B1D6-82E8-5SBO' },
    ]);
  });

  test('the deactivated are listed by pages of at most 50', async () => {
    answer(httpAnswer(200, readFixture('rongcloud/deactivated-users.json')));
    expect(await bench.chat.users.deactivated?.({ page: 1, pageSize: 50 }, context)).toEqual(['u1']);
    expect(sent()).toEqual([['/user/deactivate/query.json', 'pageNo=1&pageSize=50']]);
    const tooMany = bench.chat.users.deactivated?.({ page: 1, pageSize: 51 }, context);
    expect(await failureOf(Promise.resolve(tooMany))).toMatchObject({ kind: 'bad-request' });
  });

  test('reactivating counts its users against the rate, and not its calls', async () => {
    const taken: unknown[] = [];
    const counted = await openBench(account, {
      pace: {
        take: async ({ name, perSecond }, slots) => void taken.push([name, perSecond, slots]),
        tooOften: () => {},
      },
    });
    const operation = httpAnswer(200, readFixture('rongcloud/operation.json'));
    counted.provider.script(operation, operation, done);
    await counted.chat.users.reactivate?.(idsTo(101), context);
    await counted.chat.users.unban?.(idsTo(20), context);
    expect(taken).toEqual([
      ['reactivateUsers', 100, 100],
      ['reactivateUsers', 100, 1],
      ['unbanUsers', 100, 1],
    ]);
    await counted.close();
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { type EasemobClient, runEasemob } from './testing/easemob-client.ts';

test('after a restart users, their pages, attributes, mutes, devices and dead tokens are as they were', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'immint-sandbox-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const now = (): number => 1_760_000_000_000;
  const first = await runEasemob({ dataDir, now });
  await first.register('u1', 'u2', 'u3');
  const [revoked, removed, good] = [await first.issue('u1'), await first.issue('u2'), await first.issue('u3')];
  await first.send('PUT', '/users/u1/password', { newpassword: 'made-up-1' });
  await first.send('DELETE', '/users/u2');
  await first.send('PUT', '/users/u3', { nickname: 'n', notification_display_style: 1 });
  await first.send('POST', '/mutes', { username: 'u3', chat: -1, chatroom: 60 });
  await first.send('PUT', '/metadata/user/u3', 'ext=x', { 'Content-Type': 'application/x-www-form-urlencoded' });
  await first.setOnline('u3');
  const look = async ({ send, judge }: EasemobClient): Promise<unknown> => {
    const paths = ['/users', '/users/u3/resources', '/mutes/u3', '/metadata/user/u3'];
    const replies = await Promise.all(paths.map((path) => send('GET', path)));
    const seen = replies.map(({ body }) => ({ ...Object(body), uri: null }));
    return [seen, await Promise.all([revoked, removed, good].map((token) => judge(token)))];
  };
  const before = await look(first);
  expect(before).toMatchObject([
    [{ count: 2 }, { data: [{ device_name: expect.any(String) }] }, { data: { chat: -1 } }, { data: { ext: 'x' } }],
    [{ reason: 'revoked' }, { reason: 'invalid' }, { ok: true }],
  ]);
  await first.sandbox.close();
  // The second start reads what the first wrote, the third what the second made of it.
  const second = await runEasemob({ dataDir, now });
  expect(await look(second)).toEqual(before);
  await second.sandbox.close();
  expect(await look(await runEasemob({ dataDir, now }))).toEqual(before);
});

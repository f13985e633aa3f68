import { expect, test } from 'vitest';

import { EasemobAvatarUrl, EasemobName } from './easemob.ts';
import { NexconnAvatarUrl, NexconnName } from './nexconn.ts';
import { RongCloudAvatarUrl, RongCloudName } from './rongcloud.ts';

// What is sent to a provider is stored afterwards: text that one of the two cannot hold must reach neither.

test.each([
  ['RongCloud', RongCloudName, RongCloudAvatarUrl],
  ['Nexconn', NexconnName, NexconnAvatarUrl],
  ['Easemob', EasemobName, EasemobAvatarUrl],
])('a name or avatar for %s is well-formed and without control characters', (_provider, name, avatarUrl) => {
  expect([name.safeParse('张三 🔑').success, avatarUrl.safeParse('https://example.com/a.png').success]).toEqual([
    true,
    true,
  ]);
  for (const text of ['a\u0000b', 'a\nb', 'a\u009fb', 'a\ud83d']) {
    expect([name.safeParse(text).success, avatarUrl.safeParse(text).success]).toEqual([false, false]);
  }
});

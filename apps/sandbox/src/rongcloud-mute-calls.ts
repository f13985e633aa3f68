import type { ServedCall } from './provider-call.ts';
import { formCall } from './rongcloud-call.ts';
import { readCount, readRepeatedIds } from './rongcloud-form.ts';
import { listMuted, MAX_USERS_TO_MUTE, setMuted } from './signed-mutes.ts';
import { checkPageSize, checkUserIds } from './signed-parameters.ts';

const MUTED_ON_A_PAGE = 100;
const MAX_MUTED_ON_A_PAGE = 200;

/** Source: the Go SDK */
export const RONGCLOUD_MUTE_CALLS: readonly ServedCall[] = [
  formCall('/user/chat/fb/set.json', 100, (call) => {
    const userIds = checkUserIds(readRepeatedIds(call), 'userId', MAX_USERS_TO_MUTE, call);
    const type = call.form.get('type') ?? '';
    const state = call.form.get('state');
    if (type === '') throw call.refuse('bad-parameter', 'type is required.');
    if (state !== '0' && state !== '1') throw call.refuse('bad-parameter', 'state must be 0 or 1.');
    setMuted(call, userIds, [type], state === '1');
    return {};
  }),
  formCall(
    '/user/chat/fb/querylist.json',
    100,
    (call) => {
      const muted = listMuted(call.account, call.form.get('type') ?? '');
      const offset = readCount(call, 'offset', 0);
      const size = checkPageSize(readCount(call, 'num', MUTED_ON_A_PAGE), MAX_MUTED_ON_A_PAGE, 'num', call);
      return { total: muted.length, users: muted.slice(offset, offset + size) };
    },
    { required: 'type' },
  ),
];

import { isRecord, parseJson } from './json-body.ts';
import type { ServedCall } from './provider-call.ts';
import { formCall, type FormCall } from './rongcloud-call.ts';
import { readCount, readId } from './rongcloud-form.ts';
import { checkPageSize, checkUserId } from './signed-parameters.ts';
import { alterSocials, socialOf } from './signed-socials.ts';

const MAX_REMARKS_TO_SET = 100;
const REMARKS_ON_A_PAGE = 50;
const MAX_PERIOD_MINUTES = 1_440;

/** What a user's pushes call others, and when there are none. Source: the Go SDK */
export const RONGCLOUD_PUSH_CALLS: readonly ServedCall[] = [
  formCall('/user/remarks/set.json', 100, (call) => {
    const added = readRemarks(call);
    alterSocials(call.account, [checkUserId(readId(call), call)], call.world, ({ remarks }) => ({
      remarks: { ...remarks, ...added },
    }));
    return {};
  }),
  formCall('/user/remarks/del.json', 100, (call) => {
    const targetId = checkUserId(readId(call, 'targetId'), call);
    alterSocials(call.account, [checkUserId(readId(call), call)], call.world, ({ remarks }) => ({
      remarks: Object.fromEntries(Object.entries(remarks).filter(([id]) => id !== targetId)),
    }));
    return {};
  }),
  formCall('/user/remarks/get.json', 100, (call) => {
    const remarks = Object.entries(socialOf(call.account, checkUserId(readId(call), call)).remarks);
    const size = checkPageSize(readCount(call, 'size', REMARKS_ON_A_PAGE), REMARKS_ON_A_PAGE, 'size', call);
    const start = (Math.max(readCount(call, 'page', 1), 1) - 1) * size;
    const users = remarks.slice(start, start + size).map(([id, remark]) => ({ id, remark }));
    return { total: remarks.length, users };
  }),
  formCall('/user/blockPushPeriod/set.json', 100, (call) => {
    const startTime = call.form.get('startTime') ?? '';
    const periodMinutes = readCount(call, 'period', 0);
    if (!/^\d{2}:\d{2}:\d{2}$/.test(startTime)) throw call.refuse('bad-parameter', 'startTime must be HH:mm:ss.');
    if (periodMinutes < 1 || periodMinutes > MAX_PERIOD_MINUTES) {
      throw call.refuse('bad-parameter', `period must be a whole number of minutes from 1 to ${MAX_PERIOD_MINUTES}.`);
    }
    const pushPause = { startTime, periodMinutes, level: readCount(call, 'level', 1) };
    alterSocials(call.account, [checkUserId(readId(call), call)], call.world, () => ({ pushPause }));
    return {};
  }),
  formCall('/user/blockPushPeriod/delete.json', 100, (call) => {
    alterSocials(call.account, [checkUserId(readId(call), call)], call.world, () => ({ pushPause: null }));
    return {};
  }),
  formCall('/user/blockPushPeriod/get.json', 100, (call) => {
    const { pushPause } = socialOf(call.account, checkUserId(readId(call), call));
    const { startTime, periodMinutes, level } = pushPause ?? { startTime: '', periodMinutes: 0, level: 0 };
    return { data: { startTime, period: periodMinutes, unPushLevel: level } };
  }),
];

/** The remarks of a call, a JSON list of `{ id, remark }` in a text, by user id. @throws Refusal */
function readRemarks(call: FormCall): Record<string, string> {
  const items = parseJson(call.form.get('remarks') ?? '');
  if (!Array.isArray(items) || items.length === 0) {
    throw call.refuse('bad-parameter', 'remarks must be a JSON list of { id, remark } in a text.');
  }
  if (items.length > MAX_REMARKS_TO_SET) {
    throw call.refuse('too-many-items', `remarks: at most ${MAX_REMARKS_TO_SET} in one call.`);
  }
  const remarks: Record<string, string> = {};
  for (const item of items as unknown[]) {
    const { id, remark } = isRecord(item) ? item : {};
    if (typeof id !== 'string' || typeof remark !== 'string') {
      throw call.refuse('bad-parameter', 'remarks: each must have id and remark, both texts.');
    }
    remarks[checkUserId(id, call)] = remark;
  }
  return remarks;
}

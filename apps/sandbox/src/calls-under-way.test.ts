import { expect, test } from 'vitest';

import { CallsUnderWay } from './calls-under-way.ts';

const waitingFor = { provider: 'rongcloud', appKey: 'k', path: '/p', userIds: ['u1', 'u2'] };

test('a call overlaps an earlier one for one of its users until that one is over', () => {
  const calls = new CallsUnderWay();
  const [first, second, third, fourth] = [{}, {}, {}, {}];
  const leaveFirst = calls.enter(first, waitingFor);
  const leaveSecond = calls.enter(second, { ...waitingFor, userIds: ['u2'] });
  leaveFirst();
  calls.enter(third, { ...waitingFor, userIds: ['u1'] });
  leaveSecond();
  calls.enter(fourth, { ...waitingFor, userIds: ['u2'] });
  expect([first, second, third, fourth].map((call) => calls.overlapped(call))).toEqual([false, true, false, false]);
});

test.each([
  ['provider', { provider: 'nexconn' }],
  ['account', { appKey: 'other' }],
  ['path', { path: '/other' }],
  ['user', { userIds: ['u3'] }],
])('another %s does not overlap', (_what, other) => {
  const calls = new CallsUnderWay();
  calls.enter({}, waitingFor);
  const call = {};
  calls.enter(call, { ...waitingFor, ...other });
  expect(calls.overlapped(call)).toBe(false);
});

test('one user named twice in a call does not make it overlap itself, and leaves with it', () => {
  const calls = new CallsUnderWay();
  const [call, next] = [{}, {}];
  calls.enter(call, { ...waitingFor, userIds: ['u1', 'u1'] })();
  calls.enter(next, waitingFor);
  expect([calls.overlapped(call), calls.overlapped(next)]).toEqual([false, false]);
});

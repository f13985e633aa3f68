import { describe, expect, test } from 'vitest';

import { ProviderError } from './provider-error.ts';
import { mayRepeat, moreMeaningful, repeatClassOf, waitBefore, wasHeldBackHere, wasNeverSent } from './retry-policy.ts';

const sure = { mayHaveExecuted: false };
const first = { isIdempotent: false, isAskedSparingly: false, repeats: 0, conflicts: 0, possibleExecutions: 0 };

describe('the class of a failure', () => {
  test.each([
    ['refused before it was sent', new ProviderError('unreachable', sure), 'never-sent'],
    ['lost after it was sent', new ProviderError('unreachable'), 'sent-unknown'],
    ['silence', new ProviderError('timed-out'), 'sent-unknown'],
    ['a server that failed', new ProviderError('failed', { httpStatus: 500 }), 'sent-unknown'],
    ['called too often', new ProviderError('rate-limited'), 'transient'],
    ['another call about the same user', new ProviderError('conflict'), 'conflict'],
    ['a full account, which also comes as 429', new ProviderError('user-limit-reached', { httpStatus: 429 }), 'final'],
    ['a failure that its provider says is lasting', new ProviderError('failed', { retryable: false }), 'final'],
    ['no slot before the deadline', new ProviderError('held-back'), 'not-begun'],
  ])('of %s', (_, error, repeatClass) => {
    expect(repeatClassOf(error)).toBe(repeatClass);
  });

  test('tells what certainly did not arrive', () => {
    expect(wasNeverSent(new ProviderError('unreachable', sure))).toBe(true);
    expect(wasNeverSent(new ProviderError('app-paused'))).toBe(true);
    expect(wasNeverSent(new ProviderError('unreachable'))).toBe(false);
    expect(wasNeverSent(new ProviderError('credentials-refused'))).toBe(false);
  });

  test('that was held back here was not sent by our own choice, which a domain that cannot be reached is not', () => {
    for (const kind of ['held-back', 'circuit-open', 'asked-too-often', 'app-paused', 'address-refused'] as const) {
      expect(wasHeldBackHere(new ProviderError(kind))).toBe(true);
    }
    expect(wasHeldBackHere(new ProviderError('unreachable', { mayHaveExecuted: false }))).toBe(false);
    expect(wasHeldBackHere(new ProviderError('credentials-refused'))).toBe(false);
  });
});

describe('the right to a repeat', () => {
  test('ends when two attempts may have been executed, in whatever order they came', () => {
    expect(mayRepeat('sent-unknown', { ...first, possibleExecutions: 1 })).toBe(true);
    expect(mayRepeat('never-sent', { ...first, repeats: 1, possibleExecutions: 1 })).toBe(true);
    expect(mayRepeat('sent-unknown', { ...first, repeats: 1, possibleExecutions: 2 })).toBe(false);
    expect(mayRepeat('never-sent', { ...first, repeats: 1, possibleExecutions: 2 })).toBe(false);
    expect(mayRepeat('sent-unknown', { ...first, isIdempotent: true, repeats: 1, possibleExecutions: 2 })).toBe(true);
  });

  test('ends after two repeats, whatever the call is', () => {
    expect(mayRepeat('never-sent', { ...first, isIdempotent: true, repeats: 2 })).toBe(false);
  });
});

describe('the wait', () => {
  const longest = (repeats: number): number =>
    waitBefore(new ProviderError('failed'), { repeats, goesElsewhere: true, random: () => 1 });

  test('is a random part of a time that doubles up to two seconds', () => {
    expect([0, 1, 2, 3, 4, 5, 9].map(longest)).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000]);
    const none = { repeats: 5, goesElsewhere: true, random: () => 0 };
    expect(waitBefore(new ProviderError('failed'), none)).toBe(0);
  });

  test('comes after what the provider asks for, and after a second where two calls met', () => {
    const so = { repeats: 0, goesElsewhere: false, random: () => 0.5 };
    expect(waitBefore(new ProviderError('rate-limited', { retryAfterMs: 3_000 }), so)).toBe(3_050);
    expect(waitBefore(new ProviderError('conflict'), so)).toBe(1_050);
  });

  test('leaves out what one domain asks for, where the other is called', () => {
    const busy = new ProviderError('failed', { retryAfterMs: 30_000 });
    expect(waitBefore(busy, { repeats: 0, goesElsewhere: true, random: () => 0.5 })).toBe(50);
  });
});

test('an answer tells more than silence, and that a call may have been executed is never lost', () => {
  const silence = new ProviderError('timed-out');
  const refused = new ProviderError('user-banned', { httpStatus: 403 });
  const unreached = new ProviderError('unreachable', sure);
  expect(moreMeaningful(silence, refused)).toMatchObject({ kind: 'user-banned', mayHaveExecuted: true });
  expect(moreMeaningful(refused, silence)).toMatchObject({ kind: 'user-banned', mayHaveExecuted: true });
  expect(moreMeaningful(silence, unreached)).toMatchObject({ kind: 'unreachable', mayHaveExecuted: true });
});

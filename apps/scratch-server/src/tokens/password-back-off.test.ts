import { expect, test } from 'vitest';
import { createPasswordBackOff } from './password-back-off.ts';

function clock() {
  let nowMs = 1_000;
  return { read: () => nowMs, advance: (ms: number) => void (nowMs += ms) };
}

test('the wait doubles with each wrong password in a row, up to five minutes', () => {
  const time = clock();
  const backOff = createPasswordBackOff(time.read);
  const waits = Array.from({ length: 11 }, () => {
    backOff.failed('u');
    let waited = 0;
    for (;;) {
      try {
        backOff.refuseTooSoon('u');
        return waited;
      } catch {
        time.advance(500);
        waited += 500;
      }
    }
  });
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000, 300_000]);
});

test('the refusal says how long to wait', () => {
  const backOff = createPasswordBackOff(clock().read);
  backOff.failed('u');
  expect(() => backOff.refuseTooSoon('u')).toThrow(
    expect.objectContaining({ reason: 'PASSWORD_TOO_SOON', retryAfterMs: 1000 }),
  );
});

test('one user’s wrong passwords do not slow down another', () => {
  const backOff = createPasswordBackOff(clock().read);
  backOff.failed('u');
  expect(() => backOff.refuseTooSoon('v')).not.toThrow();
});

test('a right password clears the wait', () => {
  const backOff = createPasswordBackOff(clock().read);
  backOff.failed('u');
  backOff.succeeded('u');
  expect(() => backOff.refuseTooSoon('u')).not.toThrow();
});

test('ten thousand users who failed are remembered, and the oldest is forgotten first', () => {
  const backOff = createPasswordBackOff(clock().read);
  for (let user = 0; user <= 10_000; user += 1) backOff.failed(`u${user}`);
  expect(() => backOff.refuseTooSoon('u0')).not.toThrow();
  expect(() => backOff.refuseTooSoon('u1')).toThrow(/wait/);
});

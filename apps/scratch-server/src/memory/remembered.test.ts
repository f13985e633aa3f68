import { DatabaseError } from '@immint/db';
import { expect, test } from 'vitest';
import type { Sight } from './change-feed.ts';
import { createRemembered } from './remembered.ts';

interface Value {
  readonly text: string;
}

/** A memory of one kind, with a feed that sees what it is told, and reads that end when they are told. */
function open(maxBytes = 1_000) {
  const feed = { now: 'clear' as Sight, sight: (): Sight => feed.now };
  const remembered = createRemembered<Value>({
    feed,
    maxBytes,
    bytesOf: ({ text }) => text.length,
    isKept: ({ text }) => text !== 'absent',
  });
  const begun: PromiseWithResolvers<Value>[] = [];
  const read = (key = 'k', isUsable?: (value: Value) => boolean) =>
    remembered.read(
      key,
      () => {
        const reading = Promise.withResolvers<Value>();
        begun.push(reading);
        return reading.promise;
      },
      isUsable,
    );
  return {
    feed,
    remembered,
    begun,
    read,
    /** Answers the latest read of the database. */
    answer: (text: string) => begun.at(-1)?.resolve({ text }),
    /** Reads what is stored as `text` now, if it is not remembered; gives what was handed out. */
    look: async (text: string, key = 'k') => {
      const [before, looking] = [begun.length, read(key)];
      if (begun.length > before) begun.at(-1)?.resolve({ text });
      return (await looking).value.text;
    },
  };
}

test('what was read is remembered, and asked for once', async () => {
  const { look, begun } = open();
  expect([await look('first'), await look('second')]).toEqual(['first', 'first']);
  expect(begun).toHaveLength(1);
});

test('a read that a change overtakes is not remembered', async () => {
  const { read, answer, remembered, look } = open();
  const reading = read();
  // The change is committed and seen while the read, which began before it, is on its way.
  remembered.forgetOne('k');
  answer('old');
  expect((await reading).value.text).toBe('old');
  expect(await look('new')).toBe('new');
});

test('a read that ended is forgotten when a change is seen later', async () => {
  const { look, remembered } = open();
  await look('old');
  remembered.forget((key) => key === 'k');
  expect(await look('new')).toBe('new');
});

test('a read that began after the change was seen is remembered, though an earlier one is still on its way', async () => {
  const { read, begun, remembered, look } = open();
  const early = read();
  remembered.forgetOne('k');
  const late = read();
  begun[1]?.resolve({ text: 'new' });
  expect((await late).value.text).toBe('new');
  begun[0]?.resolve({ text: 'old' });
  await early;
  expect(await look('newer')).toBe('new');
});

test('a change of something else overtakes nothing', async () => {
  const { read, answer, remembered, look } = open();
  const reading = read();
  remembered.forgetOne('other');
  answer('first');
  await reading;
  expect(await look('second')).toBe('first');
});

test('a crowd that finds nothing remembered reads once', async () => {
  const { read, answer, begun } = open();
  const crowd = Promise.all(Array.from({ length: 100 }, () => read()));
  answer('one');
  expect(new Set((await crowd).map(({ value }) => value.text))).toEqual(new Set(['one']));
  expect(begun).toHaveLength(1);
});

test('a crowd whose read is overtaken is not given what it brings, and reads once more', async () => {
  const { read, begun, remembered } = open();
  const beginner = read();
  const crowd = Promise.all(Array.from({ length: 100 }, () => read()));
  remembered.forgetOne('k');
  begun[0]?.resolve({ text: 'old' });
  await beginner;
  await expect.poll(() => begun.length).toBe(2);
  begun[1]?.resolve({ text: 'new' });
  expect(new Set((await crowd).map(({ value }) => value.text))).toEqual(new Set(['new']));
  expect(begun).toHaveLength(2);
});

test('a crowd shares a failure', async () => {
  const { read, begun } = open();
  const crowd = Promise.allSettled(Array.from({ length: 100 }, () => read()));
  begun[0]?.reject(new DatabaseError('DATABASE_TIMEOUT'));
  expect((await crowd).every(({ status }) => status === 'rejected')).toBe(true);
  expect(begun).toHaveLength(1);
});

test('what is not told of is not kept', async () => {
  const { look } = open();
  expect([await look('absent'), await look('there')]).toEqual(['absent', 'there']);
});

test('what is remembered is not used where it does not do', async () => {
  const { look, read, answer } = open();
  await look('first');
  const picky = read('k', () => false);
  answer('second');
  expect(await picky).toEqual({ value: { text: 'second' }, isRemembered: false });
});

test.each(['doubtful', 'blind'] as const)(
  'while the changes are %s to this server the database is asked',
  async (sight) => {
    const { feed, look } = open();
    await look('first');
    feed.now = sight;
    expect(await look('second')).toBe('second');
  },
);

test('where the database cannot be reached, what is remembered does for a moment, and then no more', async () => {
  const { feed, look, read, begun } = open();
  await look('remembered');
  const readWithout = (code: 'DATABASE_UNREACHABLE' | 'DATABASE_TIMEOUT') => {
    const reading = read();
    begun.at(-1)?.reject(new DatabaseError(code));
    return reading;
  };
  feed.now = 'doubtful';
  expect(await readWithout('DATABASE_UNREACHABLE')).toMatchObject({ isRemembered: true });
  // It answers slowly: what others have changed may be there.
  await expect(readWithout('DATABASE_TIMEOUT')).rejects.toMatchObject({ code: 'DATABASE_TIMEOUT' });
  feed.now = 'blind';
  await expect(readWithout('DATABASE_UNREACHABLE')).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
});

test('nothing is remembered before the changes were seen once', async () => {
  const { feed, look } = open();
  feed.now = 'blind';
  await look('before');
  feed.now = 'clear';
  expect(await look('after')).toBe('after');
});

test('the bound holds, and what was not asked for the longest goes first', async () => {
  const { look } = open(10);
  await look('12345', 'a');
  await look('12345', 'b');
  await look('unused', 'a');
  await look('12345', 'c');
  expect([await look('new', 'a'), await look('new', 'b')]).toEqual(['12345', 'new']);
  await look('longer than the whole bound', 'huge');
  expect(await look('new', 'huge')).toBe('new');
});

test('without a bound nothing is remembered, nor shared', async () => {
  const { look } = open(0);
  expect([await look('first'), await look('second')]).toEqual(['first', 'second']);
});

test('amending changes what is remembered, and remembers nothing by itself', async () => {
  const { look, remembered } = open();
  remembered.amend('k', () => ({ text: 'amended' }));
  expect(await look('read')).toBe('read');
  remembered.amend('k', ({ text }) => ({ text: `${text} and amended` }));
  expect(await look('unused')).toBe('read and amended');
});

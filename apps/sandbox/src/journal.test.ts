import { expect, test } from 'vitest';

import { Journal } from './journal.ts';

const arrival = { atMs: 0, domain: 'primary', provider: 'nexconn', method: 'POST', path: '/', appKey: null } as const;

test('the journal keeps its newest entries and counts those it dropped', () => {
  const journal = new Journal(3);
  for (let call = 0; call < 10; call += 1) journal.open(arrival);
  const { entries, next, dropped } = journal.read(0, 100);
  expect(entries.map(({ seq }) => seq)).toEqual([8, 9, 10]);
  expect([next, dropped]).toEqual([10, 7]);
  journal.clear();
  expect(journal.read(0, 100)).toEqual({ entries: [], next: 0, dropped: 0 });
  expect(journal.open(arrival).seq).toBe(11);
});

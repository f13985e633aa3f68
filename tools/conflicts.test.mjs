// docs/conflicts.md promises a test for each row that has something to show: here the promise is held against the tests.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const ROOT = new URL('..', import.meta.url);

/** How many rows each section has: a row that is lost is noticed, too. */
const ROWS = { A: 30, B: 12, C: 23, D: 8 };

const expectedIds = Object.entries(ROWS).flatMap(([section, count]) =>
  Array.from({ length: count }, (_, index) => `${section}${index + 1}`),
);

const rows = readFileSync(new URL('docs/conflicts.md', ROOT), 'utf8')
  .split('\n')
  .filter((line) => /^\| [A-D]\d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map((cells) => ({ id: cells[1], shownBy: cells.at(-2) }));

/** Ids that begin the name of a test: `test('A1: …` or, for several, `test('A1, B12: …`. */
const namesInTests = execFileSync(
  'git',
  ['grep', '-hoE', '[\'"`]([A-D][0-9]+(, )?)+: ', '--', '*.test.ts', '*-suite.ts'],
  {
    cwd: ROOT,
    encoding: 'utf8',
  },
);
const tested = new Set(namesInTests.match(/[A-D]\d+/g));

void test('every conflict between the sources has its row', () => {
  assert.deepEqual(
    rows.map(({ id }) => id),
    expectedIds,
  );
});

void test('a row that is shown by tests has one, and a row without says why', () => {
  const broken = rows.filter(({ id, shownBy }) => (shownBy === 'tests') !== tested.has(id));
  assert.deepEqual(broken, []);
});

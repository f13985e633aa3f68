import { readdirSync, readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

// The rows in which the project decided what holds where seeds, pages and SDKs contradict each other: A of RongCloud, B of
// Nexconn, C of Easemob, D across them.
const ROWS = { A: 30, B: 12, C: 23, D: 8 };

/** The rows that nobody can see at a sandbox, each with the reason. All others begin the name of a test. */
const NOT_SEEN_HERE: Readonly<Record<string, string>> = {
  A16: 'Where a caller keeps the token does not show on the wire.',
  A25: 'The hosts are for the caller to choose; every test here reaches the sandbox by plain http.',
  A28: 'A refresh counts at once here; how long one may take is not to be tested.',
  B4: 'Both printed signatures are to be ignored.',
  B8: 'The name of a package is not a thing of the wire.',
  B9: 'What the secret is called is not a thing of the wire.',
  C19: 'What the secret is called is not a thing of the wire; its field has the same name in both.',
};

test('every row has a test that is named after it, or a reason why it is not seen here', () => {
  const tested = new Set(
    namesOfTests().flatMap((name) => /^[A-D]\d+(?:, [A-D]\d+)*(?=:)/.exec(name)?.[0].split(', ') ?? []),
  );
  const rows = Object.entries(ROWS).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_each, at) => `${letter}${at + 1}`),
  );
  expect(rows.filter((row) => !tested.has(row))).toEqual(Object.keys(NOT_SEEN_HERE));
  expect([...tested].filter((row) => !rows.includes(row))).toEqual([]);
});

function namesOfTests(): readonly string[] {
  const folder = new URL('.', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  return files.flatMap((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    return [...text.matchAll(/(?:test|describe|\))\(\s*'([^']+)'/g)].map(([, found = '']) => found);
  });
}

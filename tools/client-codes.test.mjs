// docs/client-codes.md is what people read and packages/contracts/src/client-codes.ts what the server obeys: they must not
// drift apart. A row that is missing or says something else fails here with the row as it should be.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CLIENT_CODES } from '../packages/contracts/src/client-codes.ts';

const PAGE = readFileSync(new URL('../docs/client-codes.md', import.meta.url), 'utf8');

/** The section of each provider, by the name that its provider gives itself. */
const SECTIONS = { rongcloud: 'RongCloud', nexconn: 'Nexconn', easemob: 'Easemob' };

/** What a client does about each verdict. One that is not about the token has words of its own. */
const DOES = {
  'token-refused': 'report it',
  'token-expired': 'report it',
  'token-expires-soon': 'obtain or report, and renew',
  ambiguous: 'report it once; then compare the App Key',
};

const rowOf = ([code, entry]) => [
  code,
  entry.names.map((name) => `\`${name}\``).join(' '),
  entry.says,
  entry.verdict,
  entry.instead ?? DOES[entry.verdict],
];

const byNumber = ([left], [right]) => Number(left) - Number(right);

/** The cells of the rows that begin with a number, in the section under this heading. */
function rowsUnder(heading) {
  const [, section = ''] = PAGE.split(`\n## ${heading}\n`);
  return section
    .split('\n## ')[0]
    .split('\n')
    .filter((line) => /^\|\s*-?\d/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

for (const [provider, heading] of Object.entries(SECTIONS)) {
  void test(`the page shows every code of ${heading} as the server takes it, and no other`, () => {
    assert.deepEqual(
      rowsUnder(heading).map((row) => row.join(' | ')),
      Object.entries(CLIENT_CODES[provider])
        .toSorted(byNumber)
        .map((entry) => rowOf(entry).join(' | ')),
    );
  });
}

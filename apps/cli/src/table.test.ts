import { expect, it } from 'vitest';
import { renderRecord, renderTable } from './table.ts';

const plain = (_style: string, text: string) => text;

it('a table is as wide as its widest cells, with no spaces at the ends of lines', () => {
  const table = renderTable(
    plain,
    ['APP', 'N'],
    [
      ['long-name', '1'],
      ['x', '22'],
    ],
  );

  expect(table).toBe('APP        N\nlong-name  1\nx          22');
});

it('a record has a line for each field', () => {
  expect(
    renderRecord(plain, [
      ['app', 'shop'],
      ['tokens', '3'],
    ]),
  ).toBe('app     shop\ntokens  3');
});

it('a cell cannot move the cursor, break the line or turn the text around', () => {
  const table = renderTable(plain, ['NAME'], [['a\u001B[2Jb\nc\u202Ed']]);

  expect(table).toBe('NAME\na\\u{1b}[2Jb\\u{a}c\\u{202e}d');
});

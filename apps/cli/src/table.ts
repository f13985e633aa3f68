import { plainText } from './plain-text.ts';
import type { Paint } from './paint.ts';

const GAP = '  ';

/** Rows under bold headings, each column as wide as its widest cell. Cells are made safe to show. */
export function renderTable(paint: Paint, headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(plainText));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(GAP)
      .trimEnd();
  return [paint('bold', line(headings)), ...cells.map(line)].join('\n');
}

/** One thing, a line for each of its fields. Values are made safe to show. */
export function renderRecord(paint: Paint, fields: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...fields.map(([name]) => name.length));
  return fields.map(([name, value]) => `${paint('dim', name.padEnd(width))}${GAP}${plainText(value)}`).join('\n');
}

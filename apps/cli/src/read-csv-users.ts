import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { CliError } from './cli-error.ts';
import type { Terminal } from './terminal.ts';

/** A user of a file: the id, and what is there of the other columns. */
type CsvUser<Column extends string> = { readonly userId: string } & { readonly [Key in Column]?: string };

/**
 * Reads users from a CSV file (RFC 4180), `-` for standard input, one after the other: the first line names the columns,
 * `userId` and maybe some of `columns`. An empty field is one that is not there. What is wrong is named by its place, never
 * quoted: it may be a password.
 */
export async function* readCsvUsers<Column extends string>(
  terminal: Terminal,
  file: string,
  columns: readonly Column[],
): AsyncGenerator<CsvUser<Column>, void> {
  let heading: readonly string[] | undefined;
  let number = 0;
  for await (const fields of parseCsv(openFile(terminal, file))) {
    if (heading === undefined) {
      heading = checkHeading(fields, columns);
      continue;
    }
    number += 1;
    yield toCsvUser(heading, columns, fields, number);
  }
  if (heading === undefined) checkHeading([], columns);
  if (number === 0) throw new CliError('FILE_UNREADABLE', 'The file names no users behind its first line.');
}

function openFile(terminal: Terminal, file: string): Readable {
  return file === '-' ? terminal.stdin : createReadStream(resolve(terminal.workingDirectory, file));
}

function checkHeading(heading: readonly string[], columns: readonly string[]): readonly string[] {
  const known = ['userId', ...columns];
  const foreign = heading.filter((name) => !known.includes(name));
  if (foreign.length === 0 && heading.includes('userId') && new Set(heading).size === heading.length) return heading;
  throw new CliError('FILE_UNREADABLE', `The first line must name the columns, each once: ${known.join(',')}.`);
}

function toCsvUser<Column extends string>(
  heading: readonly string[],
  columns: readonly Column[],
  fields: readonly string[],
  number: number,
): CsvUser<Column> {
  const field = (name: string) => fields[heading.indexOf(name)] || undefined;
  const userId = field('userId');
  if (userId === undefined) throw new CliError('FILE_UNREADABLE', `User number ${number} of the file has no userId.`);
  const others = columns.flatMap((name) => {
    const value = field(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.assign({ userId }, Object.fromEntries(others)) as CsvUser<Column>;
}

/** Loaded when a file is read, so that no other command waits for it. Lines without any text are passed over. */
async function* parseCsv(source: Readable): AsyncGenerator<string[], void> {
  const { CsvError, parse } = await import('csv-parse');
  const parser = parse({ bom: true, skip_empty_lines: true });
  const records: AsyncIterable<string[]> = parser;
  source.once('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    yield* records;
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (!(error instanceof CsvError)) throw toUnreadable(error);
    // Its message quotes the file.
    const lines: unknown = error['lines'];
    const place = typeof lines === 'number' ? `Line ${lines} of the file` : 'The file';
    const isCount = error.code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH';
    throw new CliError(
      'FILE_UNREADABLE',
      isCount
        ? `${place} has another number of fields than the first.`
        : `${place} is not CSV: see its quotation marks.`,
    );
  } finally {
    source.unpipe(parser);
  }
}

function toUnreadable(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  return new CliError('FILE_UNREADABLE', `The file named by --file cannot be read (${String(error.code)}).`);
}

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CliError } from '../../cli-error.ts';
import { readPiped } from '../../read-input.ts';
import type { Terminal } from '../../terminal.ts';

/** A user as a file tells of it. */
export interface UserRow {
  readonly userId: string;
  readonly password?: string;
  readonly nickname?: string;
}

const COLUMNS = ['userId', 'password', 'nickname'] as const;
const MAX_LENGTH = 20_000_000;

/**
 * Reads users from a CSV file (RFC 4180), `-` for standard input: the first line names the columns, `userId` and maybe
 * `password` and `nickname`. An empty field is one that is not there. What is wrong is named by its place, never quoted:
 * it may be a password.
 */
export async function readUsersFile(terminal: Terminal, file: string): Promise<UserRow[]> {
  const text = file === '-' ? await readPiped(terminal.stdin, MAX_LENGTH) : await readText(terminal, file);
  const [heading, ...rows] = await parseCsv(text);
  const columns = heading ?? [];
  const foreign = columns.filter((name) => !COLUMNS.some((column) => column === name));
  if (foreign.length > 0 || !columns.includes('userId') || new Set(columns).size < columns.length) {
    throw new CliError('FILE_UNREADABLE', `The first line must name the columns, each once: ${COLUMNS.join(',')}.`);
  }
  if (rows.length === 0) throw new CliError('FILE_UNREADABLE', 'The file names no users behind its first line.');
  return rows.map((fields, index) => toUserRow(columns, fields, index + 1));
}

async function readText(terminal: Terminal, file: string): Promise<string> {
  try {
    return await readFile(resolve(terminal.workingDirectory, file), 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new CliError('FILE_UNREADABLE', `The file named by --file cannot be read${code}.`);
  }
}

function toUserRow(columns: readonly string[], fields: readonly string[], number: number): UserRow {
  const field = (name: (typeof COLUMNS)[number]) => fields[columns.indexOf(name)] || undefined;
  const userId = field('userId');
  const password = field('password');
  const nickname = field('nickname');
  if (userId === undefined) throw new CliError('FILE_UNREADABLE', `User number ${number} of the file has no userId.`);
  return { userId, ...(password === undefined ? {} : { password }), ...(nickname === undefined ? {} : { nickname }) };
}

/** Loaded when a file is read, so that no other command waits for it. Lines without any text are passed over. */
async function parseCsv(text: string): Promise<string[][]> {
  const { CsvError, parse } = await import('csv-parse/sync');
  try {
    return parse(text, { bom: true, skip_empty_lines: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
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
  }
}

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
 * `password` and `nickname`. An empty field is one that is not there. What is wrong is named by its line, never quoted:
 * it may be a password.
 */
export async function readUsersFile(terminal: Terminal, file: string): Promise<UserRow[]> {
  const text = file === '-' ? await readPiped(terminal.stdin, MAX_LENGTH) : await readText(terminal, file);
  const [heading, ...rows] = parseCsv(text.replace(/^\uFEFF/, ''));
  const columns = (heading?.fields ?? []).map((name) => name.trim());
  const foreign = columns.filter((name) => !COLUMNS.some((column) => column === name));
  if (foreign.length > 0 || !columns.includes('userId') || new Set(columns).size < columns.length) {
    throw new CliError('FILE_UNREADABLE', `The first line must name the columns, each once: ${COLUMNS.join(',')}.`);
  }
  if (rows.length === 0) throw new CliError('FILE_UNREADABLE', 'The file names no users behind its first line.');
  return rows.map((row) => toUserRow(columns, row));
}

async function readText(terminal: Terminal, file: string): Promise<string> {
  try {
    return await readFile(resolve(terminal.workingDirectory, file), 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new CliError('FILE_UNREADABLE', `The file named by --file cannot be read${code}.`);
  }
}

function toUserRow(columns: readonly string[], { line, fields }: CsvRow): UserRow {
  if (fields.length !== columns.length) {
    throw new CliError(
      'FILE_UNREADABLE',
      `Line ${line} of the file has ${fields.length} fields, not ${columns.length}.`,
    );
  }
  const field = (name: (typeof COLUMNS)[number]) => fields[columns.indexOf(name)] || undefined;
  const userId = field('userId');
  const password = field('password');
  const nickname = field('nickname');
  if (userId === undefined) throw new CliError('FILE_UNREADABLE', `Line ${line} of the file has no userId.`);
  return { userId, ...(password === undefined ? {} : { password }), ...(nickname === undefined ? {} : { nickname }) };
}

interface CsvRow {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

const FIELD = /"((?:[^"]|"")*)"(?=,|\r?\n|$)|([^",\r\n]*)(?=,|\r?\n|$)/y;

/** Lines without any text are passed over. */
function parseCsv(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const row: { line: number; fields: string[] } = { line, fields: [] };
    for (;;) {
      FIELD.lastIndex = at;
      const [whole, quoted, plain] = FIELD.exec(text) ?? [];
      if (whole === undefined) {
        throw new CliError('FILE_UNREADABLE', `Line ${line} of the file is not CSV: a quotation mark is out of place.`);
      }
      row.fields.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
      line += whole.split('\n').length - 1;
      at += whole.length;
      if (text[at] !== ',') break;
      at += 1;
    }
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line += 1;
    if (row.fields.length > 1 || row.fields[0] !== '') rows.push(row);
  }
  return rows;
}

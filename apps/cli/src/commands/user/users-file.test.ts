import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTestTerminal } from '../../testing/test-terminal.ts';
import { readUsersFile } from './users-file.ts';

const readPipedFile = (piped: string) => readUsersFile(createTestTerminal({ piped }), '-');

describe('a file of users', () => {
  it('names its columns in any order, and may leave fields empty', async () => {
    expect(await readPipedFile('nickname,userId\nMei Lin,u1\n,u2\n')).toEqual([
      { userId: 'u1', nickname: 'Mei Lin' },
      { userId: 'u2' },
    ]);
  });

  it('is read with quotation marks, commas and line breaks in fields, CRLF, a byte order mark and empty lines', async () => {
    const file = '\uFEFFuserId,password,nickname\r\nu1,"a,""b""","two\nlines"\r\n\r\nu2,plain,\r\n';
    expect(await readPipedFile(file)).toEqual([
      { userId: 'u1', password: 'a,"b"', nickname: 'two\nlines' },
      { userId: 'u2', password: 'plain' },
    ]);
  });

  it('is read from a disk', async () => {
    const terminal = createTestTerminal();
    writeFileSync(join(terminal.directory, 'users.csv'), 'userId\nu1');
    expect(await readUsersFile(terminal, 'users.csv')).toEqual([{ userId: 'u1' }]);
    await expect(readUsersFile(terminal, 'nowhere.csv')).rejects.toThrow(/cannot be read \(ENOENT\)/);
  });

  it.each([
    ['another column', 'userId,secret\nu1,hunter2', /first line must name the columns/],
    ['no column for the id', 'password\nhunter2', /first line must name the columns/],
    ['a column twice', 'userId,userId\nu1,hunter2', /each once/],
    ['nothing', '', /first line must name the columns/],
    ['nobody', 'userId\n', /names no users/],
    ['a field too many', 'userId,password\nu1,"x\ny"\nu2,hunter2,x', /Line 4 of the file has 3 fields, not 2/],
    ['a quotation mark out of place', 'userId,password\nu1,hun"ter2', /Line 2 of the file is not CSV/],
    ['no id', 'userId,password\n,hunter2', /Line 2 of the file has no userId/],
  ])('with %s is refused by its line, and not quoted', async (_what, file, sentence) => {
    const refusal = readPipedFile(file);
    await expect(refusal).rejects.toThrow(sentence);
    await expect(refusal).rejects.not.toThrow(/hunter2|hun"ter2/);
  });
});

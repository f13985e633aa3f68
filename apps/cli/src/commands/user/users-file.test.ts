import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTestTerminal } from '../../testing/test-terminal.ts';
import { readUsersFile } from './users-file.ts';

const read = (text: string) => readUsersFile(createTestTerminal({ piped: text }), '-');

describe('a file of users', () => {
  it('has a row for each, in any order of columns, with what is there', async () => {
    const users = await read('nickname,userId,password\nMei Lin,u1,made-up\n,u2,\n');
    expect(users).toEqual([{ userId: 'u1', password: 'made-up', nickname: 'Mei Lin' }, { userId: 'u2' }]);
  });

  it('may have commas, quotation marks and line breaks inside of quotation marks', async () => {
    const users = await read('userId,nickname\r\nu1,"Lin, Mei ""M""\nthe first"\r\n\r\nu2,y');
    expect(users).toEqual([
      { userId: 'u1', nickname: 'Lin, Mei "M"\nthe first' },
      { userId: 'u2', nickname: 'y' },
    ]);
  });

  it('may begin with a byte order mark, as spreadsheets write one', async () => {
    expect(await read('\uFEFFuserId\nu1\n')).toEqual([{ userId: 'u1' }]);
  });

  it('is read from where the command runs', async () => {
    const terminal = createTestTerminal();
    writeFileSync(join(terminal.workingDirectory, 'users.csv'), 'userId\nu1\n');
    expect(await readUsersFile(terminal, 'users.csv')).toEqual([{ userId: 'u1' }]);
    await expect(readUsersFile(terminal, 'others.csv')).rejects.toThrow('cannot be read (ENOENT)');
  });

  it.each([
    ['no column of ids', 'password\nmade-up\n', 'first line must name the columns'],
    ['a column that nobody knows', 'userId,email\nu1,made-up\n', 'first line must name the columns'],
    ['a column twice', 'userId,userId\nu1,made-up\n', 'first line must name the columns'],
    ['nobody', 'userId\n', 'names no users'],
    ['nothing', '', 'first line must name the columns'],
    ['a user without an id', 'userId,password\nu1,made-up\n,made-up\n', 'User number 2 of the file has no userId'],
    ['a field too many', 'userId,password\nu1,made-up,made-up\n', 'Line 2 of the file has another number of fields'],
    ['a field too few', 'userId,password\nu1\n', 'Line 2 of the file has another number of fields'],
    ['a quotation mark that is not closed', 'userId,password\nu1,"made-up\n', 'is not CSV'],
    ['a quotation mark in the middle', 'userId,password\nu1,made"-up\n', 'Line 2 of the file is not CSV'],
  ])('is refused with %s, by its place and without a word of it', async (_, text, sentence) => {
    const failure: unknown = await read(text).catch((error: unknown) => error);
    expect(String(failure)).toContain(sentence);
    expect(String(failure)).not.toContain('made-up');
  });
});

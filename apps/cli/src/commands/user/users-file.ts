import { readCsvUsers } from '../../read-csv-users.ts';
import type { Terminal } from '../../terminal.ts';

/** A user as a file tells of it. */
export interface UserRow {
  readonly userId: string;
  readonly password?: string;
  readonly nickname?: string;
}

/** All users of a CSV file, `-` for standard input, with the columns `userId` and maybe `password` and `nickname`. */
export async function readUsersFile(terminal: Terminal, file: string): Promise<UserRow[]> {
  const users: UserRow[] = [];
  for await (const user of readCsvUsers(terminal, file, ['password', 'nickname'])) users.push(user);
  return users;
}

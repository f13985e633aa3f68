import { MAX_JOB_ITEMS, MAX_JOB_ITEMS_PER_CALL } from '@immint/contracts';
import type { AddJobItemsInput } from '@immint/contracts';
import { CliError } from '../../cli-error.ts';
import { readCsvUsers } from '../../read-csv-users.ts';
import type { Terminal } from '../../terminal.ts';

type BulkItem = AddJobItemsInput['items'][number];

/** A body has at most 64 KB; this leaves room for what is around the items. */
const MAX_PAGE_BYTES = 60_000;

/** The users of a CSV file as pages of one call each, numbered by their place in the file, from behind the first `skip`. */
export async function* readBulkPages(terminal: Terminal, file: string, skip = 0): AsyncGenerator<BulkItem[], void> {
  let page: BulkItem[] = [];
  let bytes = 0;
  let number = 0;
  for await (const user of readCsvUsers(terminal, file, ['name', 'avatarUrl'])) {
    number += 1;
    if (number > MAX_JOB_ITEMS) {
      throw new CliError('FILE_UNREADABLE', `The file names more than ${MAX_JOB_ITEMS} users: split it.`);
    }
    if (number <= skip) continue;
    const item = { number, ...user };
    const itemBytes = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (page.length === MAX_JOB_ITEMS_PER_CALL || (page.length > 0 && bytes + itemBytes > MAX_PAGE_BYTES)) {
      yield page;
      [page, bytes] = [[], 0];
    }
    page.push(item);
    bytes += itemBytes;
  }
  if (page.length > 0) yield page;
}

import type { JournalEntry } from '../sandbox-control.ts';

/** The tokens that the provider gave, out of its journal, which forgets: so it is read on while calls are made. */
export interface IssueCount {
  /** Reads on, now. With `isLast`, calls that are still without an answer are taken as they are. */
  read(isLast?: boolean): Promise<void>;
  /** How many tokens each user was given, known to us or not. */
  readonly byUser: ReadonlyMap<string, number>;
  /** How many tokens were given. */
  total(): number;
  /** How many calls were refused for the rate. */
  overLimit(): number;
  /** Reads on every half second until it is stopped. */
  watch(): () => Promise<void>;
}

const READ_EVERY_MS = 500;

/** A call without an answer for so long will not get one: the fault that struck it said so. */
const UNANSWERED_MS = 15_000;

export function createIssueCount(sandboxUrl: string, path: string): IssueCount {
  const byUser = new Map<string, number>();
  let after = 0;
  let overLimit = 0;
  let dropped = 0;
  let reading = Promise.resolve();

  async function readOn(isLast: boolean): Promise<void> {
    const response = await fetch(`${sandboxUrl}/_sandbox/journal?after=${after}&limit=10000`);
    const page = (await response.json()) as { entries: Entry[]; dropped: number };
    if (page.dropped > dropped && (page.entries[0]?.seq ?? 1) > after + 1)
      throw new Error('the journal was read too late');
    dropped = page.dropped;
    const nowMs = Date.now();
    const isDone = (entry: Entry) => isLast || entry.status !== null || nowMs - entry.atMs > UNANSWERED_MS;
    const firstUndone = page.entries.findIndex((entry) => !isDone(entry));
    const done = firstUndone === -1 ? page.entries : page.entries.slice(0, firstUndone);
    for (const entry of done) note(entry);
    after = done.at(-1)?.seq ?? after;
    if (done.length === 10_000) await readOn(isLast);
  }

  function note(entry: Entry): void {
    if (entry.path !== path) return;
    if (entry.overLimit) overLimit += 1;
    if (!entry.executed) return;
    for (const userId of entry.userIds) byUser.set(userId, (byUser.get(userId) ?? 0) + 1);
  }

  const read = (isLast = false) => (reading = reading.then(() => readOn(isLast)));
  return {
    read,
    byUser,
    total: () => [...byUser.values()].reduce((sum, count) => sum + count, 0),
    overLimit: () => overLimit,
    watch() {
      const watching = setInterval(() => void read().catch(() => undefined), READ_EVERY_MS);
      return async () => {
        clearInterval(watching);
        await read(true);
      };
    },
  };
}

interface Entry extends JournalEntry {
  readonly executed: boolean;
}

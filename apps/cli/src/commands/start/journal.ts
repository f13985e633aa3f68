import { z } from 'zod';
import { CliError } from '../../cli-error.ts';

/** The part of the sandbox's journal that is counted. */
const JournalPage = z.object({
  entries: z.array(z.object({ seq: z.int(), appKey: z.string().nullable() })),
  next: z.int(),
});

/** Counts the calls that the sandbox received. */
export interface CallCounter {
  /** How many calls about this App Key came since the last question (since the counter was made, at first). */
  countNew(appKey: string): Promise<number>;
}

/** A counter that begins after what the sandbox's journal holds now. */
export async function createCallCounter(sandboxUrl: string): Promise<CallCounter> {
  let { next: after } = await readFrom(sandboxUrl, 0);
  return {
    async countNew(appKey) {
      const { entries, next } = await readFrom(sandboxUrl, after);
      after = next;
      return entries.filter((entry) => entry.appKey === appKey).length;
    },
  };
}

/** Reads page after page, until there is nothing new. */
async function readFrom(sandboxUrl: string, start: number): Promise<z.infer<typeof JournalPage>> {
  const entries: z.infer<typeof JournalPage>['entries'] = [];
  for (let after = start; ;) {
    const response = await fetch(`${sandboxUrl}/_sandbox/journal?after=${after}`);
    const page = JournalPage.safeParse(await response.json().catch(() => undefined));
    if (!page.success)
      throw new CliError('SANDBOX_ANSWERED_STRANGELY', `What answers at ${sandboxUrl} is not the sandbox.`);
    entries.push(...page.data.entries);
    if (page.data.entries.length === 0) return { entries, next: after };
    after = page.data.next;
  }
}

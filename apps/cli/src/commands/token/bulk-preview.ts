import type { ImmintClient } from '@immint/client';
import type { PreviewedJobItems } from '@immint/contracts';
import { EXIT } from '../../exit-code.ts';
import type { ExitCode } from '../../exit-code.ts';
import type { Invocation } from '../../invocation.ts';
import { createProgressBar } from '../../progress-bar.ts';
import { renderRecord } from '../../table.ts';
import { readBulkPages } from './bulk-pages.ts';

type PreviewedItem = PreviewedJobItems['items'][number];

/** How many users that would be refused are named. */
const NAMED_REFUSALS = 10;

/** Says what a bulk job of this file would do, and does nothing. Ends with 0 if no user would be refused. */
export async function previewBulk(
  invocation: Invocation,
  client: ImmintClient,
  app: string,
  file: string,
): Promise<ExitCode> {
  const { terminal, output } = invocation;
  const bar = createProgressBar(terminal, output);
  const seen = new Set<string>();
  const counts = { users: 0, issue: 0, keep: 0, refuse: 0, duplicates: 0 };
  const refused: PreviewedItem[] = [];
  for await (const page of readBulkPages(terminal, file)) {
    const { items } = await client.job.preview.mutate({ app, items: page });
    for (const item of items) {
      const { canonicalUserId, would } = item;
      counts.users += 1;
      if (canonicalUserId !== null && seen.has(canonicalUserId)) counts.duplicates += 1;
      else counts[would] += 1;
      if (canonicalUserId !== null) seen.add(canonicalUserId);
      if (would === 'refuse' && refused.length < NAMED_REFUSALS) refused.push(item);
    }
    bar.show(`looked at ${counts.users} users`);
  }
  bar.clear();
  output.answer({ app, dryRun: true, ...counts }, (paint) =>
    renderRecord(paint, [
      ['users', String(counts.users)],
      ['would be issued', String(counts.issue)],
      ['stored already', String(counts.keep)],
      ['would be refused', String(counts.refuse)],
      ['duplicates', String(counts.duplicates)],
    ]),
  );
  for (const { number, userId, message } of refused) output.warn(`user ${number}, ${userId}: ${message ?? 'refused'}`);
  output.talk('nothing was issued, and nothing was written');
  return counts.refuse === 0 ? EXIT.done : EXIT.no;
}

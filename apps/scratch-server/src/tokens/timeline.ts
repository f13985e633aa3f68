import type { Timeline, TimelineEvent, TimelineInput } from '@immint/contracts';
import type { WrittenAct } from '@immint/db';
import { describeApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { tellAct } from '../story/tell-act.ts';
import { tellNow } from '../story/tell-now.ts';
import { tellRevocation } from '../story/tell-revocation.ts';
import { nameUser } from '../users/named-users.ts';
import { tokenState } from './token-state.ts';

/** No user is revoked more often within the time for which that is kept. */
const MOST_REVOCATIONS = 1_000;

/**
 * The story of one user in sentences, newest last: what was done about the user, what the provider was told, what was done
 * to the whole app since the user was first heard of; and how the user stands now. Asks no provider, shows no token.
 */
export async function tellTimeline({ services }: Call, input: TimelineInput): Promise<Timeline> {
  const app = await describeApp(services, input.app);
  const { record } = app;
  const { canonicalUserId } = nameUser(app, input.userId);
  const before = input.cursor === undefined ? undefined : readCursor(input.cursor);
  const { stories, tokens } = services;
  const [acts, revocations, end, { token, standing, nowMs }] = await Promise.all([
    stories.acts(record.id, canonicalUserId, {
      limit: input.limit + 1,
      ...(before === undefined ? {} : { beforeId: before.id }),
    }),
    stories.revocations(record.id, canonicalUserId, MOST_REVOCATIONS),
    stories.end(record.id, canonicalUserId),
    tokens.inspect(record.id, canonicalUserId),
  ]);
  const page = acts.slice(0, input.limit);
  const oldest = page.at(-1);
  const hasMore = acts.length > page.length && oldest !== undefined;
  const span = { fromMs: hasMore ? oldest.atMs : -Infinity, beforeMs: before?.atMs ?? Infinity };
  return {
    app: record.name,
    provider: record.provider,
    userId: input.userId,
    events: inOrder([
      ...page.toReversed().map((act) => tellAct(act, record.provider)),
      ...revocations
        .toReversed()
        .map((revocation) => tellRevocation(revocation))
        .filter(({ atMs }) => isWithin(atMs, span)),
    ]),
    now: tellNow(
      token === undefined ? undefined : { token, state: tokenState(token, { nowMs, record }) },
      standing,
      end,
    ),
    nextCursor: hasMore ? writeCursor(oldest) : null,
  };
}

/** What was written at the same time stays in the order in which it was written. */
function inOrder(events: TimelineEvent[]): TimelineEvent[] {
  return events.toSorted((one, other) => one.atMs - other.atMs);
}

function isWithin(atMs: number, { fromMs, beforeMs }: { readonly fromMs: number; readonly beforeMs: number }): boolean {
  return atMs >= fromMs && atMs < beforeMs;
}

/** Where the page ended: the id of its oldest act, and its time, which parts what has no such id. */
function writeCursor({ id, atMs }: WrittenAct): string {
  return `${id}.${atMs}`;
}

function readCursor(cursor: string): { readonly id: number; readonly atMs: number } {
  const [, id, atMs] = /^(\d{1,15})\.(\d{1,15})$/.exec(cursor) ?? [];
  if (id === undefined || atMs === undefined) {
    throw new DomainError('INPUT_INVALID', { sentence: 'The cursor is none that this call gave: leave it out.' });
  }
  return { id: Number(id), atMs: Number(atMs) };
}

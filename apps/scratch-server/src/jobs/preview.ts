import type { PreviewedJobItems, PreviewJobItemsInput } from '@immint/contracts';
import { REASONS } from '@immint/contracts';
import { describeApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { refuseBarred } from '../tokens/after-revoke.ts';
import { tokenState } from '../tokens/token-state.ts';
import { refuseOtherSpelling } from '../tokens/wanted-token.ts';
import { judgeItems } from './judge-items.ts';

type Previewed = PreviewedJobItems['items'][number];

/** What would become of users: one look at the database, nothing written, nobody called. */
export async function previewJobItems(
  { services }: Call,
  { app: name, items }: PreviewJobItemsInput,
): Promise<PreviewedJobItems> {
  const app = await describeApp(services, name);
  const judged = judgeItems(app, items);
  const canonicalUserIds = judged.flatMap(({ canonicalUserId }) => (canonicalUserId === null ? [] : [canonicalUserId]));
  const { users, nowMs } = await services.tokens.inspectMany(app.record.id, [...new Set(canonicalUserIds)]);
  const known = new Map(users.map((user) => [user.canonicalUserId, user]));
  const isFolded = 'userIdCase' in app.settings && app.settings.userIdCase === 'fold';

  return {
    app: app.record.name,
    items: judged.map((item): Previewed => {
      const { number, userId, canonicalUserId } = item;
      if ('rule' in item) {
        const reason = item.refusedBecause;
        return { number, userId, canonicalUserId: null, would: 'refuse', reason, message: item.rule };
      }
      const user = known.get(item.canonicalUserId);
      const base = { number, userId, canonicalUserId };
      try {
        if (user !== undefined) refuseBarred(user.standing);
        if (user?.token !== undefined) refuseOtherSpelling(user.token, { userId, isFolded });
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        return { ...base, would: 'refuse', reason: error.reason, message: REASONS[error.reason].sentence };
      }
      const state = user?.token === undefined ? 'ended' : tokenState(user.token, { nowMs, record: app.record });
      const isKept = state === 'good' || state === 'due';
      return { ...base, would: isKept ? 'keep' : 'issue', reason: null, message: null };
    }),
  };
}

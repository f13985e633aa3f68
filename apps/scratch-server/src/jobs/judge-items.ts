import type { AddJobItemsInput, Reason } from '@immint/contracts';
import type { NewJobItem } from '@immint/db';
import type { DescribedApp } from '../apps/app-connections.ts';
import { DomainError } from '../domain-error.ts';
import { checkWanted } from '../tokens/wanted-token.ts';

/** An item held against the rules of the provider and of the app; one that breaks them has the sentence of the rule too. */
type JudgedItem = NewJobItem &
  ({ readonly canonicalUserId: string } | { readonly rule: string; readonly refusedBecause: Reason });

/** Holds items against the rules that an obtain would hold them against. */
export function judgeItems(app: DescribedApp, items: AddJobItemsInput['items']): JudgedItem[] {
  return items.map((item) => {
    try {
      const { canonicalUserId } = checkWanted(app, { ...item, app: app.record.name });
      return { ...item, canonicalUserId };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { ...item, canonicalUserId: null, refusedBecause: error.reason, rule: error.message };
    }
  });
}

import { appendAudits, type AuditEntry, type AuditTarget } from './audit.ts';
import type { Database } from './database.ts';

/** Who did what, where nothing of ours was changed with it. Every method throws {@link DatabaseError}. */
export interface AuditStore {
  /** Writes one row a target. */
  append(entry: AuditEntry, targets: readonly AuditTarget[]): Promise<void>;
}

/** Makes the store of who did what. */
export function createAuditStore(database: Database): AuditStore {
  return { append: (entry, targets) => database.run((queries) => appendAudits(queries, entry, targets)) };
}

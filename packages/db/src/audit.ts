import type { Queries } from './database.ts';
import { audit } from './schema.ts';

/** Who does what, for the row that is written together with the change itself. It must hold no secret. */
export interface AuditEntry {
  /** The id of the API key that called, or a word for what acts by itself. */
  readonly actor: string;
  /** Noun and verb, as the API says them: `app.add`. */
  readonly action: string;
  readonly requestId?: string;
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
}

/** What was acted on; the store knows it better than its caller. */
export interface AuditTarget {
  readonly appId?: number;
  /** The canonical user id, the API key's id, the app's name. */
  readonly subject?: string;
}

/** Writes who did what. To be called in the transaction of the change, so that there is never one without the other. */
export async function appendAudit(queries: Queries, entry: AuditEntry, target: AuditTarget): Promise<void> {
  await queries.insert(audit).values({ ...entry, ...target });
}

/** The same about several targets, such as the users of one call. */
export async function appendAudits(
  queries: Queries,
  entry: AuditEntry,
  targets: readonly AuditTarget[],
): Promise<void> {
  if (targets.length > 0) await queries.insert(audit).values(targets.map((target) => ({ ...entry, ...target })));
}

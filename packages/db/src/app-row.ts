import { sql } from 'drizzle-orm';
import { DatabaseError } from './database-error.ts';
import { app } from './schema.ts';

/** When an app is changed: two changes within one millisecond would look like one to whoever compares times. */
export const later = sql`greatest(statement_timestamp(), ${app.updatedAt} + interval '1 millisecond')`;

/** Exact: the column holds whole milliseconds, and no two changes of an app share one. */
export function refuseChanged({ updatedAt }: { readonly updatedAt: number }, expectedUpdatedAtMs: number): void {
  if (updatedAt !== expectedUpdatedAtMs) throw new DatabaseError('ROW_CHANGED');
}

import { DatabaseError } from '../database-error.ts';

/** What a call was refused with. Throws if it was not refused, or by something that is not a {@link DatabaseError}. */
export async function refusalOf(call: Promise<unknown>): Promise<DatabaseError> {
  const outcome = await call.then(
    () => 'no refusal',
    (error: unknown) => error,
  );
  if (outcome instanceof DatabaseError) return outcome;
  throw new Error('expected a DatabaseError', { cause: outcome });
}

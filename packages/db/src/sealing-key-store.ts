import { eq, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { app, sealingKey } from './schema.ts';

/** What the database knows of the key that its values are sealed with. Every method throws {@link DatabaseError}. */
export interface SealingKeyStore {
  /** Whether a check value of any key is there. */
  holdsCheckValue(): Promise<boolean>;
  /** Whether anything sealed is there, by which a new key would be a wrong one. */
  holdsSealedValues(): Promise<boolean>;
  findCheckValue(keyId: number): Promise<Uint8Array | undefined>;
  /** Stores a check value, unless there is one for this key id: of several servers the first has it its way. */
  addCheckValue(keyId: number, checkValue: Uint8Array): Promise<void>;
}

/** Makes the store of check values. */
export function createSealingKeyStore(database: Database): SealingKeyStore {
  return {
    holdsCheckValue: () =>
      database.run(async (queries) => {
        return (await queries.select({ keyId: sealingKey.keyId }).from(sealingKey).limit(1)).length > 0;
      }),

    // Every token belongs to an app, and every app has a sealed secret.
    holdsSealedValues: () =>
      database.run(
        async (queries) =>
          (
            await queries
              .select({ one: sql`1` })
              .from(app)
              .limit(1)
          ).length > 0,
      ),

    findCheckValue: (keyId) =>
      database.run(async (queries) => {
        const [row] = await queries
          .select({ checkValue: sealingKey.checkValue })
          .from(sealingKey)
          .where(eq(sealingKey.keyId, keyId));
        return row?.checkValue;
      }),

    addCheckValue: (keyId, checkValue) =>
      database.run(async (queries) => {
        await queries.insert(sealingKey).values({ keyId, checkValue }).onConflictDoNothing();
      }),
  };
}

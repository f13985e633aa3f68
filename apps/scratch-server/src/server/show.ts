import type { ServerView } from '@immint/contracts';
import type { Call } from '../context.ts';

/** What an operator asks about this server. */
export async function showServer({ services }: Call): Promise<ServerView> {
  const { database, version, keyOpenToOthers } = services;
  const databaseNowMs = await database.nowMs();
  return { version, database: database.engine, nowMs: services.nowMs(), databaseNowMs, keyOpenToOthers };
}

import { DatabaseError } from '@immint/db';
import type { AuditEntry, StoredToken, TokenStore, TokenToSave } from '@immint/db';
import type { Services } from '../services.ts';

type SavedTokens = Pick<TokenStore, 'save' | 'read'>;

const PAUSE_MS = 200;

/** A database that is restarted is back within this. */
const GIVE_UP_AFTER_MS = 15_000;

/** What passes by itself; the rest would fail again. */
const PASSING: ReadonlySet<DatabaseError['code']> = new Set([
  'DATABASE_UNREACHABLE',
  'DATABASE_TIMEOUT',
  'DATABASE_CONFLICT',
]);

/**
 * Saves a token that the provider gave, and tries again while the database is away: it is the only copy. A try of which nobody
 * knows how it ended is harmless: the fence lets a token be saved once. Undefined when the fence refused it.
 * @throws DatabaseError
 */
export async function saveSurely(
  { tokens, sleep, monotonicMs }: Pick<Services, 'sleep' | 'monotonicMs'> & { readonly tokens: SavedTokens },
  tokenToSave: TokenToSave,
  audit: AuditEntry,
): Promise<StoredToken | undefined> {
  const untilMs = monotonicMs() + GIVE_UP_AFTER_MS;
  for (;;) {
    try {
      return (await tokens.save(tokenToSave, audit)) ?? (await findSaved(tokens, tokenToSave));
    } catch (error) {
      const isPassing = error instanceof DatabaseError && PASSING.has(error.code);
      if (!isPassing || monotonicMs() + PAUSE_MS > untilMs) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

/** A try before, whose answer was lost, may have saved it. */
async function findSaved(
  tokens: SavedTokens,
  { appId, canonicalUserId, fence, token }: TokenToSave,
): Promise<StoredToken | undefined> {
  const { stored } = await tokens.read(appId, canonicalUserId);
  const isOurs = stored !== undefined && stored.fence === fence && stored.token.equals(token);
  return isOurs && !stored.isRevoked ? stored : undefined;
}

import type { Concern, StoredToken, TokenStore, UserStanding } from '@immint/db';
import type { DescribedApp } from '../apps/app-connections.ts';
import { tokenState } from '../tokens/token-state.ts';
import type { ChangeFeed } from './change-feed.ts';
import { createRemembered } from './remembered.ts';

/** A user's stored token as a first look finds it. */
interface TokenLook {
  readonly stored: StoredToken | undefined;
  readonly standing: UserStanding;
  /** The database's clock. */
  readonly nowMs: number;
}

/**
 * The first look of an obtain at what is stored. A good token is remembered with how its user stands, and given out of
 * memory while that may be believed (`change-feed.ts`). Whoever is about to change something asks the store instead.
 */
export interface TokenReader {
  /** Throws `DatabaseError`. */
  read(app: DescribedApp, canonicalUserId: string): Promise<TokenLook>;
  /** A token was handed out on this day, and that is stored. */
  handedOut(app: DescribedApp, token: StoredToken, day: string): void;
}

/** What an entry takes besides its texts: measured, and rounded up. */
const ENTRY_BYTES = 900;

/** Makes the reader; with a bound of 0 bytes it asks the store each time. */
export function createTokenReader(tokens: Pick<TokenStore, 'read'>, feed: ChangeFeed, maxBytes: number): TokenReader {
  const remembered = createRemembered<TokenLook>({
    feed,
    maxBytes,
    bytesOf: ({ stored }, key) => ENTRY_BYTES + key.length + (stored === undefined ? 0 : textLengthOf(stored)),
    isKept: ({ stored, standing }) => stored !== undefined && !stored.isRevoked && standing.barredAtMs === null,
  });

  feed.watch((concerns) => {
    for (const concern of concerns) forget(concern);
  });

  function forget(concern: Concern): void {
    if (concern.about === 'user') remembered.forgetOne(keyOf(concern));
    if (concern.about === 'app') remembered.forget((key) => key.startsWith(`${concern.appId}:`));
    if (concern.about === 'everything') remembered.forget(() => true);
  }

  return {
    async read({ record, settings }, canonicalUserId) {
      const fetch = () => tokens.read(record.id, canonicalUserId);
      if (settings.readMode === 'strict') return fetch();
      // A token that is due is looked at in the database, which knows whether its renewal has just failed.
      const isGood = ({ stored }: TokenLook): boolean =>
        stored !== undefined && tokenState(stored, { nowMs: feed.databaseNowMs(), record }) === 'good';
      const key = keyOf({ appId: record.id, canonicalUserId });
      const { value, isRemembered } = await remembered.read(key, fetch, isGood);
      return isRemembered ? { ...value, nowMs: feed.databaseNowMs() } : value;
    },
    handedOut({ record }, token, day) {
      remembered.amend(keyOf({ appId: record.id, canonicalUserId: token.canonicalUserId }), (known) =>
        known.stored?.generation === token.generation
          ? { ...known, stored: { ...known.stored, lastHandedOutOn: day } }
          : known,
      );
    },
  };
}

function keyOf({ appId, canonicalUserId }: { readonly appId: number; readonly canonicalUserId: string }): string {
  return `${appId}:${canonicalUserId}`;
}

/** Texts that are not Latin take two bytes a character. */
function textLengthOf({ token, userId, canonicalUserId, name, avatarUrl = '' }: StoredToken): number {
  return token.length + 2 * (userId.length + canonicalUserId.length + name.length + avatarUrl.length);
}

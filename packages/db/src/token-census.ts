import { and, count, eq, type SQL, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { app, token, userStanding } from './schema.ts';

/** How many stored tokens of an app are in which state: each is counted once, in the first that fits. */
export interface TokenCounts {
  /** Their users were revoked, or went. */
  readonly revoked: number;
  /** We do not trust our copy any more. */
  readonly discarded: number;
  /** An earlier secret of the app had given them. */
  readonly ofEarlierSecrets: number;
  readonly expired: number;
  /** A device said that the provider refuses it; handed out until there is another one. */
  readonly reported: number;
  /** Handed out. */
  readonly good: number;
}

/** When a token counts as expired: so long before its end, or in that part of its life, whichever is shorter. */
interface LastPart {
  readonly lastMs: number;
  readonly lastShare: number;
}

/** Counts stored tokens. */
export interface TokenCensus {
  /** Reads every token of the app: not for what is called often. @throws DatabaseError */
  count(appId: number, lastPart: LastPart): Promise<TokenCounts>;
}

/** Makes what counts stored tokens. */
export function createTokenCensus(database: Database): TokenCensus {
  return {
    count: (appId, lastPart) =>
      database.run(async (queries) => {
        const rows = await queries
          .select({ state: stateOf(lastPart), tokens: count() })
          .from(token)
          .innerJoin(app, eq(app.id, token.appId))
          .leftJoin(
            userStanding,
            and(eq(userStanding.appId, token.appId), eq(userStanding.canonicalUserId, token.canonicalUserId)),
          )
          .where(eq(token.appId, appId))
          .groupBy(sql`1`);
        return { ...NONE, ...Object.fromEntries(rows.map(({ state, tokens }) => [state, tokens])) };
      }),
  };
}

const NONE: TokenCounts = { revoked: 0, discarded: 0, ofEarlierSecrets: 0, expired: 0, reported: 0, good: 0 };

function stateOf({ lastMs, lastShare }: LastPart): SQL<keyof TokenCounts> {
  const lastPart = sql`least(
    ${lastMs} * interval '1 millisecond', (${token.expiresAt} - ${token.issuedAt}) * ${lastShare}::double precision)`;
  return sql<keyof TokenCounts>`case
    when ${token.revocationEpoch} <> coalesce(${userStanding.revocationEpoch}, 0) + ${app.revocationEpoch} then 'revoked'
    when ${token.discarded} or ${token.issuedAt} < ${app.discardedBefore} then 'discarded'
    when ${token.secretEpoch} <> ${app.secretEpoch} then 'ofEarlierSecrets'
    when ${token.expiresAt} - ${lastPart} <= statement_timestamp() then 'expired'
    when ${token.reportedAt} is not null then 'reported'
    else 'good'
  end`;
}

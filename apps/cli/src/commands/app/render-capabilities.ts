import type { ProviderCapabilities } from '@immint/contracts';
import type { Paint } from '../../paint.ts';
import { renderTable } from '../../table.ts';

/** What the provider can do, in words. Total: a new capability needs its words. */
const WORDS = {
  revokesTokens: ({ revokesTokens }) => ['ends tokens on demand', yesNo(revokesTokens)],
  usersPerRevoke: ({ usersPerRevoke }) => ['users in one call that ends tokens', String(usersPerRevoke ?? 'no call')],
  takesTtl: ({ takesTtl }) => ['takes a lifetime', yesNo(takesTtl)],
  ttlUnit: ({ ttlUnit }) => ['unit of lifetimes on the wire', ttlUnit ?? 'tells none'],
  takesPassword: ({ takesPassword }) => ['exchanges a user’s password for a token', yesNo(takesPassword)],
  keepsProfile: ({ keepsProfile }) => ['is told names and avatars', yesNo(keepsProfile)],
  oldTokensStayValid: ({ oldTokensStayValid }) => ['old tokens stay valid beside a new one', yesNo(oldTokensStayValid)],
  secretRefreshKillsTokens: ({ secretRefreshKillsTokens }) => [
    'a refreshed App Secret ends all tokens',
    yesNo(secretRefreshKillsTokens),
  ],
  foldsUserIdCase: ({ foldsUserIdCase }) => ['takes user ids in any case for one', yesNo(foldsUserIdCase)],
  bansForMinutes: ({ bansForMinutes }) => ['a ban lasts', bansForMinutes ? 'for --minutes' : 'until unbanned'],
  ratesPerSecond: ({ ratesPerSecond }) => [
    'calls a second',
    Object.entries(ratesPerSecond)
      .map(([group, rate]) => `${group} ${rate}`)
      .join(', '),
  ],
  userCalls: ({ userCalls }) => ['immint user …', userCalls.join(', ') || 'none'],
} as const satisfies {
  readonly [Name in keyof ProviderCapabilities]: (capabilities: ProviderCapabilities) => readonly [string, string];
};

/** A row for each thing in which providers differ. */
export function renderCapabilities(paint: Paint, capabilities: ProviderCapabilities): string {
  const rows = Object.values(WORDS).map((words) => words(capabilities));
  return renderTable(paint, ['THE PROVIDER', ''], rows);
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

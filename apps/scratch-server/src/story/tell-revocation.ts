import { Reason, REASONS } from '@immint/contracts';
import type { RevocationState, TimelineEvent } from '@immint/contracts';
import type { RevocationRecord } from '@immint/db';
import { sayInstant } from './say-instant.ts';

interface Told extends RevocationRecord {
  /** `the tokens …`, with the instant where there is one. */
  readonly tokens: string;
  readonly attempt: string;
  readonly why: string;
}

/** What became of telling the provider of a revoke. Total. */
const SENTENCES = {
  delivered: ({ tokens, attempt }) => `The provider was told, at ${attempt}, to end ${tokens}.`,
  pending: ({ tokens, attempt, why }) =>
    `The provider is still to be told to end ${tokens}; ${attempt} was the last${why}. It will be told again.`,
  failed: ({ tokens, attempt, why }) =>
    `The provider was not brought to end ${tokens}: it was given up at ${attempt}${why}.`,
  unsupported: () =>
    'The provider was not told of the revoke: it has no call that ends tokens, or the app’s settings do not allow it.',
} as const satisfies Record<RevocationState, (told: Told) => string>;

/** A revoke of one user as an event of a story: when it was settled, or, while it is not, when it was accepted. */
export function tellRevocation(record: RevocationRecord): TimelineEvent {
  const { state, revokedBeforeMs, attempts, acceptedAtMs, settledAtMs } = record;
  const told: Told = {
    ...record,
    tokens:
      revokedBeforeMs === null
        ? 'the user’s tokens'
        : `the tokens that the user obtained before ${sayInstant(revokedBeforeMs)}`,
    attempt: `attempt ${attempts}`,
    why: sayWhy(record.reason),
  };
  return {
    atMs: settledAtMs ?? acceptedAtMs,
    actor: 'server',
    action: `revocation.${state}`,
    sentence: SENTENCES[state](told),
    fingerprint: null,
    generation: null,
    requestId: null,
  };
}

function sayWhy(reason: string | null): string {
  const known = Reason.safeParse(reason);
  return known.success ? ` (${known.data}: ${REASONS[known.data].sentence.replace(/\.$/, '')})` : '';
}

import type { ObtainTokenInput } from '@immint/contracts';
import type { Urgency } from '@immint/providers';
import { DomainError } from '../domain-error.ts';
import type { DescribedApp } from '../apps/app-connections.ts';

/**
 * Which token will do: a `good` one; a `fresh` one, asked for after this call arrived; a `replacement` for one that a device
 * reported; or, for nobody who waits, a `renewal` of one that is due.
 */
type Demand = 'good' | 'fresh' | 'replacement' | 'renewal';

/** What a caller of `token.obtain` wants, held against the rules of the provider and of the app. */
export interface WantedToken {
  readonly userId: string;
  readonly canonicalUserId: string;
  /** Whether this app lets people write an id in several ways, of which then the first one seen counts. */
  readonly isFolded: boolean;
  readonly name: string | undefined;
  readonly avatarUrl: string | undefined;
  readonly ttlSeconds: number | undefined;
  readonly demand: Demand;
  readonly urgency: Urgency;
  /** Whether a call to the provider that failed may be repeated within the same try; yes if left out. */
  readonly mayRepeat?: boolean;
  /** Whether what this server remembers will do: it may be a second old. */
  readonly mayBeRemembered: boolean;
}

/** Refuses what the provider would refuse, before anything is asked or stored: each refusal has its own reason. */
export function checkWanted({ entry, settings }: DescribedApp, input: ObtainTokenInput): WantedToken {
  const capabilities = entry.capabilities(settings);
  const user = entry.canonicalUserId(input.userId, settings);
  if (!user.ok) throw new DomainError('USER_ID_REFUSED', { sentence: user.rule });
  refuse('NAME_REFUSED', entry.checkName(input.name ?? input.userId));
  if (input.avatarUrl !== undefined) refuse('AVATAR_URL_REFUSED', entry.checkAvatarUrl(input.avatarUrl));
  if (input.ttlSeconds !== undefined && !capabilities.takesTtl) {
    throw new DomainError('TTL_UNSUPPORTED', {
      sentence: `${entry.displayName} takes no lifetime: leave ttlSeconds out, and set the lifetime in its console.`,
    });
  }
  if (input.ttlSeconds === 0 && !('allowPermanentTokens' in settings && settings.allowPermanentTokens)) {
    throw new DomainError('TTL_REFUSED');
  }
  if (input.password !== undefined && !capabilities.takesPassword) throw new DomainError('PASSWORD_UNSUPPORTED');
  return {
    userId: input.userId,
    canonicalUserId: user.canonicalUserId,
    isFolded: 'userIdCase' in settings && settings.userIdCase === 'fold',
    name: input.name,
    avatarUrl: input.avatarUrl,
    ttlSeconds: input.ttlSeconds,
    demand: input.fresh === true ? 'fresh' : 'good',
    urgency: 'login',
    mayBeRemembered: true,
  };
}

function refuse(reason: 'NAME_REFUSED' | 'AVATAR_URL_REFUSED', brokenLimit: string | undefined): void {
  if (brokenLimit !== undefined) throw new DomainError(reason, { sentence: brokenLimit });
}

/**
 * The provider would hold two spellings of one id for one person, so only the first one seen is used. Where an app takes
 * canonical ids only, there is one spelling, whatever was stored before it was so.
 */
export function refuseOtherSpelling(
  stored: { readonly userId: string },
  wanted: Pick<WantedToken, 'userId' | 'isFolded'>,
): void {
  if (!wanted.isFolded || stored.userId === wanted.userId) return;
  throw new DomainError('USER_ID_SPELLING_TAKEN', {
    sentence: `The provider holds this user id for the same as ${JSON.stringify(stored.userId)}, which is stored: use that spelling.`,
  });
}

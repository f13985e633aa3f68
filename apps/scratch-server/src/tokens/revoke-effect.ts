import { ProviderError } from '@immint/providers';
import type { CallContext, ChatProvider, ProviderEntry } from '@immint/providers';
import type { Services } from '../services.ts';
import { fixInstant } from './provider-clock.ts';
import type { RevocationInstant } from './provider-clock.ts';

/**
 * The instant of a revoke that is accepted now: `missing` where the provider does not tell its time. Providers without the
 * call take none, and neither does what stands in for it.
 */
export async function instantOfRevoke(
  services: Services,
  chat: ChatProvider,
  context: CallContext,
): Promise<RevocationInstant | 'missing' | undefined> {
  if (chat.revocation?.takesInstant !== true) return undefined;
  try {
    return await fixInstant(services, chat, context);
  } catch (error) {
    if (error instanceof ProviderError) return 'missing';
    throw error;
  }
}

/** What a revoke asks the provider to do, in words for an operator. */
export function effectOfRevoke({ revocation }: ChatProvider, { displayName }: ProviderEntry): string {
  return (
    revocation?.effect ??
    `${displayName} has no call that ends tokens, so they stay valid there until they expire. ` +
      'The app setting revokeBy allows one of two calls that stand in for it: a changed password, or a ban.'
  );
}

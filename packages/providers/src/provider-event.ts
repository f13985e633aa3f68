import type { DomainName } from './domain-name.ts';
import type { ProviderError } from './provider-error.ts';

/**
 * What happens on the way to a provider and does not reach a caller: for logs and counts. Closed. No event holds a
 * secret, a user or a text of the provider.
 */
export type ProviderEvent =
  | {
      readonly kind: 'attempt-failed';
      readonly group: string;
      readonly domain: DomainName;
      readonly error: ProviderError;
      readonly elapsedMs: number;
    }
  /** Calls go to this domain from now on. */
  | { readonly kind: 'domain-switched'; readonly to: DomainName }
  /** A call that may have been executed is sent once more: what it makes may exist twice at the provider. */
  | { readonly kind: 'repeated-after-unknown'; readonly group: string }
  /** A call would have been repeated, but too many were within the last seconds. */
  | { readonly kind: 'repeats-used-up'; readonly group: string }
  /** The provider said that calls come too often, so the pace shrinks. */
  | { readonly kind: 'rate-shrunk'; readonly group: string; readonly retryAfterMs: number | undefined }
  | { readonly kind: 'breaker-opened'; readonly openMs: number }
  /** One call finds out whether the provider is back. */
  | { readonly kind: 'breaker-half-opened' }
  | { readonly kind: 'breaker-closed' }
  /** An app token is about to be asked for; out of turn: because the provider refused the one of less than a minute ago. */
  | { readonly kind: 'app-token-asked'; readonly outOfTurn: boolean }
  /** Another process took the right to ask over from this one, so what the provider gave it is not used. */
  | { readonly kind: 'app-token-late' }
  /** An app token could not be written down for the others yet. */
  | { readonly kind: 'app-token-unsaved' };

/** Is told each event as it happens; must not throw. */
export type ObserveProvider = (event: ProviderEvent) => void;

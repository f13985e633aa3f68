import { z } from 'zod';

import { DOMAIN_NAMES, type DomainName } from './domain-name.ts';
import { PROVIDER_ERROR_KINDS, ProviderError } from './provider-error.ts';

/**
 * A failed ask as it is kept for everybody. Another version of this program may have written it, so it is read with care.
 * There is nothing in it that was sent or is a provider's text, since there is none in a ProviderError.
 */
const KeptFailure = z.object({
  kind: z.enum(PROVIDER_ERROR_KINDS),
  /** Which base URL it is of. */
  place: z.string(),
  retryable: z.boolean(),
  detail: z.string().exactOptional(),
  retryAfterMs: z.number().exactOptional(),
  httpStatus: z.number().exactOptional(),
  providerCode: z.string().exactOptional(),
  systemCode: z.string().exactOptional(),
  blames: z.enum(['app-key', 'secret', 'client-id', 'app-token']).exactOptional(),
  failedDomain: z.enum(DOMAIN_NAMES).exactOptional(),
});

/** What of an error is kept: JSON. `place` is the base URL that the account has. */
export const toKeptFailure = (error: ProviderError, place: string): unknown => {
  const { kind, retryable, detail, retryAfterMs, httpStatus, providerCode, systemCode, blames, failedDomain } = error;
  const facts = {
    kind,
    place,
    retryable,
    detail,
    retryAfterMs,
    httpStatus,
    providerCode,
    systemCode,
    blames,
    failedDomain,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined));
};

/**
 * The same failure for somebody who may not ask before `floorLeftMs` are over, and made no call. What cannot be read, or is of
 * another place, which an app may have left because of it, says only that somebody asked.
 */
export const repeatFailure = (
  kept: unknown,
  { place, floorLeftMs }: { readonly place: string; readonly floorLeftMs: number },
): ProviderError => {
  const read = KeptFailure.safeParse(kept);
  const leftMs = Math.ceil(floorLeftMs);
  if (!read.success || read.data.place !== place) return new ProviderError('asked-too-often', { retryAfterMs: leftMs });
  const { kind, place: _place, ...facts } = read.data;
  const retryAfterMs = Math.max(leftMs, facts.retryAfterMs ?? 0);
  return new ProviderError(kind, { ...facts, retryAfterMs, mayHaveExecuted: false });
};

/** Which domain failed the last ask at this place, if that was the failure. */
export const failedDomainOf = (kept: unknown, place: string): DomainName | undefined => {
  const read = KeptFailure.safeParse(kept);
  return read.success && read.data.place === place ? read.data.failedDomain : undefined;
};

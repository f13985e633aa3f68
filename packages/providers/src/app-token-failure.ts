import { z } from 'zod';

import { PROVIDER_ERROR_KINDS, ProviderError } from './provider-error.ts';

/**
 * A failed ask as it is kept for everybody. Another version of this program may have written it, so it is read with care.
 * There is nothing in it that was sent or is a provider's text, since there is none in a ProviderError.
 */
const KeptFailure = z.object({
  kind: z.enum(PROVIDER_ERROR_KINDS),
  retryable: z.boolean(),
  detail: z.string().exactOptional(),
  retryAfterMs: z.number().exactOptional(),
  httpStatus: z.number().exactOptional(),
  providerCode: z.string().exactOptional(),
  systemCode: z.string().exactOptional(),
  blames: z.enum(['app-key', 'secret', 'client-id', 'app-token']).exactOptional(),
});

/** What of an error is kept: JSON. */
export const toKeptFailure = (error: ProviderError): unknown => {
  const { kind, retryable, detail, retryAfterMs, httpStatus, providerCode, systemCode, blames } = error;
  const facts = { kind, retryable, detail, retryAfterMs, httpStatus, providerCode, systemCode, blames };
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined));
};

/**
 * The same failure for somebody who may not ask before `floorLeftMs` are over, and made no call. What cannot be read says
 * only that somebody asked.
 */
export const repeatFailure = (kept: unknown, floorLeftMs: number): ProviderError => {
  const read = KeptFailure.safeParse(kept);
  const leftMs = Math.ceil(floorLeftMs);
  if (!read.success) return new ProviderError('asked-too-often', { retryAfterMs: leftMs });
  const { kind, ...facts } = read.data;
  const retryAfterMs = Math.max(leftMs, facts.retryAfterMs ?? 0);
  return new ProviderError(kind, { ...facts, retryAfterMs, mayHaveExecuted: false });
};

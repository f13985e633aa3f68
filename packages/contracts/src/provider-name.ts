import { z } from 'zod';

/** The hosted IM services whose user tokens immint obtains. */
export const PROVIDER_NAMES = ['rongcloud', 'nexconn', 'easemob'] as const;

/** One of {@link PROVIDER_NAMES}. */
export const ProviderName = z.enum(PROVIDER_NAMES, { error: `must be one of: ${PROVIDER_NAMES.join(', ')}` });
export type ProviderName = z.infer<typeof ProviderName>;

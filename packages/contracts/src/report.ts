import { z } from 'zod';
import { AppName } from './app-name.ts';
import { limitedField } from './text-limits.ts';
import { UserId } from './token.ts';

/** Far beyond any code of a client SDK. Some are negative. */
const MAX_CODE = 1_000_000;

/**
 * Input of `token.report`: the provider refused this token on a device. The device holds it, so the report carries it, or
 * its `fingerprint`: exactly one of the two. `providerCode` is the client SDK's number for the refusal, which says whether
 * a new token would help.
 */
export const ReportTokenInput = z
  .strictObject({
    app: AppName,
    userId: UserId,
    token: limitedField({ maxBytes: 4096 }).optional(),
    fingerprint: limitedField({ maxCharacters: 128 }).optional(),
    providerCode: z.int().min(-MAX_CODE).max(MAX_CODE).optional(),
  })
  .refine(
    ({ token, fingerprint }) => (token === undefined) !== (fingerprint === undefined),
    'needs the token or its fingerprint, and not both',
  );
export type ReportTokenInput = z.infer<typeof ReportTokenInput>;

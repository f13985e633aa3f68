import { z } from 'zod';
import { Reason } from './api-error.ts';
import { AppName } from './app-name.ts';
import { ProviderName } from './provider-name.ts';

/** Everything that `app.check` can find, closed. The first block is what keeps an app from working. */
const FINDING_CODES = [
  'APP_KEY_WRONG',
  'SECRET_WRONG',
  'CLIENT_ID_WRONG',
  'CREDENTIALS_WRONG',
  'CLOCK_OFF',
  'REGION_WRONG',
  'QUOTA_REACHED',
  'ACCOUNT_BLOCKED',
  'HOST_UNKNOWN',
  'CONNECTION_REFUSED',
  'TLS_FAILED',
  'TIMED_OUT',
  'UNREACHABLE',
  'ADDRESS_REFUSED',
  'RATE_USED_UP',
  'APP_PAUSED',
  'PROVIDER_FAILED',
  'ANSWER_STRANGE',
  'CALL_REFUSED',
  // What does not, but is worth a look.
  'USER_IDS_SEQUENTIAL',
  'USER_IDS_PERSONAL',
  'USER_IDS_NOT_FOR_SDK',
  'NAMES_NEAR_LIMIT',
] as const;
export const FindingCode = z.enum(FINDING_CODES);
export type FindingCode = z.infer<typeof FindingCode>;

/** How much a finding matters: an `error` keeps the app from working, a `warning` may, a `note` is advice. */
export const FindingSeverity = z.enum(['error', 'warning', 'note']);
export type FindingSeverity = z.infer<typeof FindingSeverity>;

/** One thing that was found; `message` says what to do about it. */
export const Finding = z.object({ severity: FindingSeverity, code: FindingCode, message: z.string() });
export type Finding = z.infer<typeof Finding>;

/**
 * Output of `app.check`, which makes one harmless call to the provider and reports. `reason` and `message` say what is
 * wrong; `clockSkewMs` is how far the provider's clock is ahead of ours, where its answer told; `findings` has the same
 * more exactly, the errors first, and advice about the stored user ids and names.
 */
export const AppCheck = z.object({
  app: AppName,
  provider: ProviderName,
  ok: z.boolean(),
  reason: Reason.nullable(),
  message: z.string(),
  baseUrl: z.string(),
  elapsedMs: z.int().nonnegative(),
  clockSkewMs: z.int().nullable(),
  findings: z.array(Finding),
});
export type AppCheck = z.infer<typeof AppCheck>;

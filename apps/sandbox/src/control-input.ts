import { validateHeaderName, validateHeaderValue } from 'node:http';

import { ProviderName } from '@immint/contracts';
import { z } from 'zod';

import { AccountSettings } from './account.ts';
import { DOMAINS } from './provider-call.ts';

/** What a fault does to a call. */
export const FAULT_KINDS = ['status', 'delay', 'reset', 'half-open', 'slow-body', 'garbage', 'down'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

const Headers = z.record(z.string(), z.string()).refine(
  (headers) => {
    try {
      for (const [name, value] of Object.entries(headers)) {
        validateHeaderName(name);
        validateHeaderValue(name, value);
      }
      return true;
    } catch {
      return false;
    }
  },
  { error: 'not a legal HTTP header' },
);

/** Which of the calls that share a path is meant. */
const Method = z.enum(['GET', 'POST', 'PUT', 'DELETE']);

/**
 * One scripted fault. The first active fault that fits a call strikes it; `times` and `share` say how often (neither:
 * every fitting call). Without `executes: true` the call's work is not done, except under `delay` and `slow-body`, whose
 * answer is the right one. docs/sandbox.md says what each kind does.
 */
export const Fault = z
  .strictObject({
    kind: z.enum(FAULT_KINDS, { error: `must be one of: ${FAULT_KINDS.join(', ')}` }),
    provider: ProviderName.optional(),
    appKey: z.string().optional(),
    /** A served path, its template, or for Easemob what follows org and app. */
    path: z.string().startsWith('/').optional(),
    method: Method.optional(),
    domain: z.enum(DOMAINS).optional(),
    times: z.int().min(1).optional(),
    /** Part of the fitting calls, evenly spread: 0.25 strikes each fourth. */
    share: z.number().gt(0).max(1).optional(),
    status: z.int().min(200).max(599).optional(),
    /** A text is sent as it is, anything else as JSON. */
    body: z.unknown().optional(),
    headers: Headers.optional(),
    delayMs: z.int().min(0).max(3_600_000).optional(),
    /** How much of the answer's body goes out first (slow-body: the size of one piece). */
    afterBytes: z.int().min(0).optional(),
    /** true: the work is done, and its answer altered or lost. */
    executes: z.boolean().optional(),
  })
  .refine((fault) => fault.times === undefined || fault.share === undefined, {
    error: 'give times or share, not both',
  })
  .refine((fault) => fault.kind !== 'delay' || fault.delayMs !== undefined, { error: 'a delay needs delayMs' })
  .refine((fault) => fault.kind !== 'down' || fault.executes !== true, {
    error: 'down never executes: use reset, which loses the answer after the work',
  });
export type Fault = z.infer<typeof Fault>;

export const FaultsInput = z.array(Fault, { error: 'the body must be a list of faults: [ { "kind": … }, … ]' });

export const ConnectInput = z.strictObject({ provider: ProviderName, appKey: z.string(), token: z.string() });

const Secret = z.string().min(1).max(256);

/** Settings to change; what is left out stays. */
export const SettingsPatch = AccountSettings.partial();
export type SettingsPatch = z.infer<typeof SettingsPatch>;

export const SettingsInput = z.strictObject({
  provider: ProviderName,
  appKey: z.string(),
  ...SettingsPatch.shape,
});

export const AppsInput = z.strictObject({
  provider: ProviderName,
  appKey: z.string().regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 printable ASCII characters without spaces'),
  secret: Secret,
  /** Easemob only; left out: sandbox-client-id. */
  clientId: z.string().min(1).max(128).optional(),
  ...SettingsPatch.shape,
});

export const SecretInput = z.strictObject({ provider: ProviderName, appKey: z.string(), secret: Secret });

export const OnlineInput = z.strictObject({
  provider: ProviderName,
  appKey: z.string(),
  userId: z.string(),
  online: z.boolean(),
});

const TEN_YEARS_MS = 315_360_000_000;

export const ClockInput = z.strictObject({ advanceMs: z.int().min(-TEN_YEARS_MS).max(TEN_YEARS_MS) });

export const LimitsInput = z.strictObject({
  provider: ProviderName,
  path: z.string().startsWith('/'),
  /** Left out: the first that the path takes. */
  method: Method.optional(),
  perSecond: z.int().min(0).max(1_000_000),
  /** Left out: for every account of the provider. */
  appKey: z.string().optional(),
});

export const ResetInput = z
  .strictObject({ provider: ProviderName.optional(), appKey: z.string().optional() })
  .refine((input) => input.appKey === undefined || input.provider !== undefined, {
    error: 'an appKey needs its provider',
  });

/** Query parameters, which are texts. */
export const JournalQuery = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
});

export const NoInput = z.strictObject({});

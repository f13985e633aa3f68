import type { ProviderName } from '@immint/contracts';
import type { z } from 'zod';

import { type AccountRecord, createAccountRecord, DEFAULT_EASEMOB_CLIENT_ID, defaultSettings } from './account.ts';
import { judgeToken } from './connect.ts';
import { checkAppKey, describeAccount, isSameStart, patchSettings } from './control-accounts.ts';
import { ControlError } from './control-error.ts';
import {
  AppsInput,
  ClockInput,
  ConnectInput,
  FaultsInput,
  JournalQuery,
  LimitsInput,
  NoInput,
  OnlineInput,
  ResetInput,
  SecretInput,
  SettingsInput,
} from './control-input.ts';
import { requireAccount, requireServedCall } from './control-lookup.ts';
import { setOnline } from './control-online.ts';
import type { Reception } from './receive-call.ts';

/** One row of the control surface. */
export interface ControlCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** For the list that an unknown path is answered with. */
  readonly usage: string;
  run(input: unknown, reception: Reception): unknown;
}

function controlCall<Input extends z.ZodType>(
  method: ControlCall['method'],
  path: string,
  usage: string,
  input: Input,
  run: (input: z.infer<Input>, reception: Reception) => unknown,
): ControlCall {
  return { method, path, usage, run: (received, reception) => run(parseInput(input, received), reception) };
}

/** The control surface: tests, drills and demonstrations drive the sandbox with it. */
export const CONTROL_CALLS: readonly ControlCall[] = [
  controlCall('GET', '/_sandbox/journal', '?after=&limit=', JournalQuery, ({ after, limit }, { journal }) =>
    journal.read(after, limit),
  ),
  controlCall('DELETE', '/_sandbox/journal', '', NoInput, (_input, { journal }) => {
    journal.clear();
    return {};
  }),
  controlCall('POST', '/_sandbox/connect', '{ provider, appKey, token }', ConnectInput, (input, reception) =>
    judgeToken(requireAccount(reception, input.provider, input.appKey), input.token, reception.world.state.nowMs()),
  ),
  controlCall(
    'POST',
    '/_sandbox/apps',
    '{ provider, appKey, secret, clientId? (Easemob), ...settings }',
    AppsInput,
    ({ provider, appKey, secret, clientId, ...settings }, reception) => {
      checkAppKey(provider, appKey, clientId);
      const usedClientId = provider === 'easemob' ? (clientId ?? DEFAULT_EASEMOB_CLIENT_ID) : null;
      const fresh = defaultSettings(provider, reception.world.state.defaultProfile);
      const merged = patchSettings(provider, fresh, settings);
      const account = createAccountRecord(provider, appKey, secret, usedClientId, merged);
      const known = reception.world.state.account(provider, appKey)?.record;
      if (known !== undefined && !isSameStart(known, account)) {
        const advice = 'POST /_sandbox/secret or /_sandbox/settings changes it, another appKey adds one';
        throw new ControlError(409, `${provider} already has an account ${appKey} that was made otherwise: ${advice}`);
      }
      if (known === undefined) reception.world.state.commit({ event: 'account-saved', account });
      return describeAccount(known ?? account);
    },
  ),
  controlCall(
    'POST',
    '/_sandbox/secret',
    '{ provider, appKey, secret }',
    SecretInput,
    ({ provider, appKey, secret }, reception) => {
      const { record } = requireAccount(reception, provider, appKey);
      const account: AccountRecord = record.settings.oldSecretUntilFirstUse
        ? { ...record, comingSecret: secret }
        : { ...record, secret, comingSecret: null, secretEpoch: record.secretEpoch + 1 };
      reception.world.state.commit({ event: 'account-saved', account });
      return describeAccount(account);
    },
  ),
  controlCall(
    'POST',
    '/_sandbox/settings',
    '{ provider, appKey, profile?, tokenTtlSeconds?, maxUsers?, httpStatusOnError?, ttlUnit?, secretRefreshKillsTokens?, oldSecretUntilFirstUse?, openRegistration?, existingUsersInBatch?, concurrentCreateMs?, maxJsonBytes?, passwordChangeKillsTokens?, userAttributes?, agoraAppId?, agoraAppCertificate? }',
    SettingsInput,
    ({ provider, appKey, ...patch }, reception) => {
      const { record } = requireAccount(reception, provider, appKey);
      const account = { ...record, settings: patchSettings(provider, record.settings, patch) };
      reception.world.state.commit({ event: 'account-saved', account });
      return describeAccount(account);
    },
  ),
  controlCall(
    'POST',
    '/_sandbox/online',
    '{ provider, appKey, userId, online }',
    OnlineInput,
    ({ provider, appKey, userId, online }, reception) => {
      setOnline(requireAccount(reception, provider, appKey), userId, online, reception.world);
      return { userId, online };
    },
  ),
  controlCall('POST', '/_sandbox/clock', '{ advanceMs }', ClockInput, ({ advanceMs }, { world: { state } }) => {
    state.commit({ event: 'clock-moved', offsetMs: state.clockOffsetMs + advanceMs });
    return { nowMs: state.nowMs(), offsetMs: state.clockOffsetMs };
  }),
  controlCall(
    'POST',
    '/_sandbox/limits',
    '{ provider, path, perSecond, method?, appKey? }',
    LimitsInput,
    ({ provider, path, method, perSecond, appKey = null }, reception) => {
      const { rateGroup } = requireServedCall(reception, provider, path, method);
      reception.limits.override({ provider, rateGroup, appKey, perSecond });
      return { provider, rateGroup, appKey, perSecond };
    },
  ),
  controlCall('GET', '/_sandbox/faults', '', NoInput, (_input, { faults }) => faults.active()),
  controlCall(
    'POST',
    '/_sandbox/faults',
    '[ { kind, provider?, appKey?, path?, method?, domain?, times? | share?, status?, body?, headers?, delayMs?, afterBytes?, executes? }, ... ]',
    FaultsInput,
    (input, reception) => {
      for (const { provider, path, method } of input) {
        if (path !== undefined) requireServedCall(reception, provider, path, method);
      }
      reception.faults.add(input);
      return reception.faults.active();
    },
  ),
  controlCall('DELETE', '/_sandbox/faults', '', NoInput, (_input, { faults }) => {
    faults.clear();
    return [];
  }),
  controlCall('POST', '/_sandbox/reset', '{ provider?, appKey? }', ResetInput, (input, reception) => {
    const { provider, appKey } = input;
    if (provider !== undefined && appKey !== undefined) requireAccount(reception, provider, appKey);
    const { state, nonces } = reception.world;
    state.commit({ event: 'reset', ...input, profile: state.defaultProfile });
    const isMeant = (item: { provider?: ProviderName | undefined; appKey?: string | null | undefined }): boolean =>
      (provider === undefined || item.provider === provider) && (appKey === undefined || item.appKey === appKey);
    nonces.clear(provider, appKey);
    reception.limits.reset(provider, appKey);
    reception.faults.clear(isMeant);
    reception.journal.clear(provider === undefined ? undefined : isMeant);
    return {};
  }),
];

function parseInput<Input extends z.ZodType>(schema: Input, received: unknown): z.infer<Input> {
  const result = schema.safeParse(received);
  if (result.success) return result.data;
  const sentences = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw new ControlError(400, sentences.join('; '));
}

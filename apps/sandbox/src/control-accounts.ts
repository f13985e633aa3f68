import type { ProviderName } from '@immint/contracts';

import { type AccountRecord, type AccountSettings, changeProfile, EASEMOB_SETTING_NAMES } from './account.ts';
import { ControlError } from './control-error.ts';
import type { SettingsPatch } from './control-input.ts';

/** Whether a new account may be called so. @throws ControlError */
export function checkAppKey(provider: ProviderName, appKey: string, clientId: string | undefined): void {
  if (provider !== 'easemob') {
    if (clientId !== undefined) throw new ControlError(400, `clientId: ${provider} has none, only easemob`);
    return;
  }
  if (!/^[^#/]+#[^#/]+$/.test(appKey)) throw new ControlError(400, 'appKey: an Easemob App Key must look like org#app');
}

/** Which settings a provider has; the rest would silently do nothing. */
const FOREIGN_SETTINGS: Readonly<Record<ProviderName, readonly string[]>> = {
  rongcloud: EASEMOB_SETTING_NAMES,
  nexconn: EASEMOB_SETTING_NAMES,
  easemob: ['httpStatusOnError', 'oldSecretUntilFirstUse'],
};

/** The settings with what the patch gives. @throws ControlError for a setting that the provider does not have */
export function patchSettings(
  provider: ProviderName,
  settings: AccountSettings,
  patch: SettingsPatch,
): AccountSettings {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  const foreign = given.map(([name]) => name).filter((name) => FOREIGN_SETTINGS[provider].includes(name));
  if (foreign.length > 0) throw new ControlError(400, `${foreign.join(', ')}: ${provider} has no such setting`);
  const base = patch.profile === undefined ? settings : changeProfile(provider, settings, patch.profile);
  return { ...base, ...Object.fromEntries(given) };
}

/** Whether two accounts were made alike, whatever happened to them since. */
export function isSameStart(one: AccountRecord, other: AccountRecord): boolean {
  return one.clientId === other.clientId && JSON.stringify(one.original) === JSON.stringify(other.original);
}

/** An account as control answers show it: without its secret. */
export function describeAccount({ provider, appKey, clientId, secretEpoch, settings }: AccountRecord): object {
  return { provider, appKey, ...(clientId === null ? {} : { clientId }), secretEpoch, settings };
}

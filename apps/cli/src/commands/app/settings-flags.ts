import type { EasemobSettings, NexconnSettings, RongCloudSettings } from '@immint/contracts';
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { wholeNumber } from '../../flag-values.ts';
import { present } from '../../present.ts';

/** Every setting that an app of some provider can have, under its name in the API. */
export interface Settings extends Partial<RongCloudSettings>, Partial<NexconnSettings>, Partial<EasemobSettings> {}

/** The flag of each setting. Total: a new setting needs a flag, and a renamed one does not compile. */
const FLAG_BY_SETTING = {
  userIdCharset: new Option(
    '--user-id-charset <charset>',
    'RongCloud, Nexconn: the characters that user ids may have: letters and digits, or + = - _ too',
  ).choices(['documented', 'legacy']),
  tokenLifetime: new Option(
    '--token-lifetime <life>',
    'RongCloud, Nexconn: what the console says about the life of tokens: unknown, permanent, or a number of seconds',
  ).argParser(readLifetime),
  profileOwner: new Option('--profile-owner <who>', 'RongCloud, Nexconn: who keeps names and avatars').choices([
    'immint',
    'elsewhere',
  ]),
  userIdCase: new Option(
    '--user-id-case <how>',
    'Easemob: whether a user id with capital letters is refused or folded',
  ).choices(['refuse', 'fold']),
  autoCreateUser: new Option('--auto-create-user', 'Easemob: let it create users that it does not know'),
  ttlUnit: new Option('--ttl-unit <unit>', 'Easemob: the unit of lifetimes; milliseconds on VIP 5').choices([
    'seconds',
    'milliseconds',
  ]),
  defaultTtlSeconds: new Option(
    '--default-ttl-seconds <seconds>',
    'Easemob: the lifetime when a caller names none (otherwise 5184000, 60 days)',
  ).argParser(wholeNumber),
  allowPermanentTokens: new Option('--allow-permanent-tokens', 'Easemob: let callers ask for permanent tokens'),
} as const satisfies Record<keyof Settings, Option>;

/** Adds the flags of all settings to `app add` and `app update`. */
export function addSettingsFlags(command: Command): void {
  for (const option of Object.values(FLAG_BY_SETTING)) {
    command.addOption(option);
    if (option.isBoolean()) command.addOption(new Option(option.long?.replace('--', '--no-') ?? '', 'the opposite'));
  }
}

/** The settings among the flags that were given. */
export function settingsAmong(flags: Settings): Settings {
  const { userIdCharset, tokenLifetime, profileOwner } = flags;
  const { userIdCase, autoCreateUser, ttlUnit, defaultTtlSeconds, allowPermanentTokens } = flags;
  return present<Settings>({
    userIdCharset,
    tokenLifetime,
    profileOwner,
    userIdCase,
    autoCreateUser,
    ttlUnit,
    defaultTtlSeconds,
    allowPermanentTokens,
  });
}

/** The flag that a person types for a setting. */
export function flagOf(setting: string): string {
  const option = Object.entries<Option>(FLAG_BY_SETTING).find(([name]) => name === setting)?.[1];
  return option?.long ?? setting;
}

function readLifetime(value: string): 'unknown' | 'permanent' | number {
  if (value === 'unknown' || value === 'permanent') return value;
  if (/^\d{1,15}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('It must be unknown, permanent, or a whole number of seconds.');
}

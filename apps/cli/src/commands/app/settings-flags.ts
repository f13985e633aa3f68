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
  tokenMode: new Option(
    '--token-mode <mode>',
    'Easemob: issued by Easemob, or dynamic: signed here without a call and checked at login',
  ).choices(['issued', 'dynamic']),
  dynamicTokenEnsuresUser: new Option(
    '--dynamic-token-ensures-user',
    'Easemob, dynamic mode: make sure with the first token that the user exists',
  ),
  revokeBy: new Option(
    '--revoke-by <what>',
    'Easemob: what token revoke may do: nothing, password-change (the person’s own password is lost), or ban',
  ).choices(['nothing', 'password-change', 'ban']),
  secretRefreshKillsTokens: new Option(
    '--secret-refresh-kills-tokens',
    'Easemob: a refreshed client secret voids all tokens',
  ),
  useSecondDomain: new Option('--use-second-domain', 'Easemob: call the second host when the first does not answer'),
  onlineStatusPath: new Option(
    '--online-status-path <path>',
    'Nexconn: the path that tells who is online: as the SDKs call it, or as the pages name it',
  ).choices(['sdk', 'documented']),
  rateShare: new Option(
    '--rate-share <part>',
    'the part of the provider’s rate that immint may use, from 0.01 to 1 (otherwise 0.8)',
  ).argParser(readShare),
  ratesPerSecond: new Option(
    '--rate-per-second <group=rate...>',
    'a rate other than the documented one, such as issueToken=400, for a paid plan',
  ).argParser(readRate),
  readMode: new Option(
    '--read-mode <mode>',
    'cached: stored tokens may come from memory, a change counts within a second; strict: every read asks the database',
  ).choices(['cached', 'strict']),
  allowPlainHttp: new Option('--allow-plain-http', 'let the base URL be plain http although it is not on this machine'),
  allowPrivateAddresses: new Option('--allow-private-addresses', 'let the provider be at a private address'),
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
  const { tokenMode, dynamicTokenEnsuresUser, revokeBy, secretRefreshKillsTokens, useSecondDomain } = flags;
  const { onlineStatusPath, rateShare, ratesPerSecond, readMode, allowPlainHttp, allowPrivateAddresses } = flags;
  return present<Settings>({
    userIdCharset,
    tokenLifetime,
    profileOwner,
    userIdCase,
    autoCreateUser,
    ttlUnit,
    defaultTtlSeconds,
    allowPermanentTokens,
    tokenMode,
    dynamicTokenEnsuresUser,
    revokeBy,
    secretRefreshKillsTokens,
    useSecondDomain,
    onlineStatusPath,
    rateShare,
    ratesPerSecond,
    readMode,
    allowPlainHttp,
    allowPrivateAddresses,
  });
}

/** The flag that a person types for a setting. */
export function flagOf(setting: string): string {
  const option = Object.entries<Option>(FLAG_BY_SETTING).find(([name]) => name === setting)?.[1];
  return option?.long ?? setting;
}

function readShare(value: string): number {
  if (/^(?:1(?:\.0+)?|0?\.\d{1,4})$/.test(value)) return Number(value);
  throw new InvalidArgumentError('It must be a number from 0.01 to 1.');
}

/** Repeated, so each one joins those before it. */
function readRate(value: string, before: Record<string, number> | undefined): Record<string, number> {
  const [, group, rate] = /^([A-Za-z]{1,64})=(\d{1,6})$/.exec(value) ?? [];
  if (group === undefined)
    throw new InvalidArgumentError('It must be a group of calls and a rate, such as issueToken=400.');
  return { ...before, [group]: Number(rate) };
}

function readLifetime(value: string): 'unknown' | 'permanent' | number {
  if (value === 'unknown' || value === 'permanent') return value;
  if (/^\d{1,15}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('It must be unknown, permanent, or a whole number of seconds.');
}

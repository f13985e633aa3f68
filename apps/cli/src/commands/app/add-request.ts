import { SETTINGS_BY_PROVIDER } from '@immint/contracts';
import type { AddAppRequest, ProviderName } from '@immint/contracts';
import { CliError } from '../../cli-error.ts';
import { present } from '../../present.ts';
import type { AccountFlags } from './account-flags.ts';
import { flagOf } from './settings-flags.ts';
import type { Settings } from './settings-flags.ts';

/** What every provider needs to know of an account. */
interface Account {
  readonly app: string;
  readonly appKey: string;
  readonly secret: string;
  readonly dataCenter?: string;
  readonly baseUrl?: string;
  readonly backupBaseUrl?: string;
}

/** How the request of each provider is put together, once it is known to be complete and to hold no foreign setting. */
const REQUEST_BY_PROVIDER: Readonly<
  Record<ProviderName, (account: Account, settings: Settings, clientId: string) => AddAppRequest>
> = {
  rongcloud: (account, settings) => ({ ...account, provider: 'rongcloud', settings }),
  nexconn: (account, settings) => ({ ...account, provider: 'nexconn', settings }),
  easemob: (account, settings, clientId) => ({ ...account, provider: 'easemob', clientId, settings }),
};

/**
 * Turns flags into the input of `app.add`, which then waits only for the secret: what is missing or out of place is
 * said (`USAGE`) before anybody is asked for one.
 */
export function createAddRequest(
  app: string,
  provider: ProviderName,
  flags: AccountFlags,
  settings: Settings,
): (secret: string) => AddAppRequest {
  const { appKey, clientId, dataCenter, baseUrl, backupBaseUrl } = flags;
  if (appKey === undefined) throw new CliError('USAGE', 'An app needs its App Key: give --app-key.');
  if (dataCenter === undefined && baseUrl === undefined) {
    throw new CliError('USAGE', 'An app needs a place: give --data-center, or --base-url.');
  }
  refuseForeignFlags(provider, clientId, settings);
  const place = present<Pick<Account, 'dataCenter' | 'baseUrl' | 'backupBaseUrl'>>({
    dataCenter,
    baseUrl,
    backupBaseUrl,
  });
  return (secret) => REQUEST_BY_PROVIDER[provider]({ app, appKey, secret, ...place }, settings, clientId ?? '');
}

function refuseForeignFlags(provider: ProviderName, clientId: string | undefined, settings: Settings): void {
  if (provider === 'easemob' && clientId === undefined) {
    throw new CliError('USAGE', 'An app at easemob needs the client id of its console: give --client-id.');
  }
  if (provider !== 'easemob' && clientId !== undefined) {
    throw new CliError(
      'USAGE',
      `--client-id belongs to easemob; an app at ${provider} has an App Key and an App Secret.`,
    );
  }
  const known = Object.keys(SETTINGS_BY_PROVIDER[provider].shape);
  const foreign = Object.keys(settings).filter((setting) => !known.includes(setting));
  if (foreign.length === 0) return;
  throw new CliError('USAGE', `An app at ${provider} has no such setting: ${foreign.map(flagOf).join(', ')}.`);
}

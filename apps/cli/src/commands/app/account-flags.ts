import type { DataCenter, ProviderName } from '@immint/contracts';
import { EASEMOB_DATA_CENTERS } from '@immint/contracts/easemob';
import { NEXCONN_DATA_CENTERS } from '@immint/contracts/nexconn';
import { RONGCLOUD_DATA_CENTERS } from '@immint/contracts/rongcloud';
import { Option } from 'commander';
import type { Command } from 'commander';

/** What names an account at a provider, and where it is called; all but its secret. */
export interface AccountFlags {
  readonly appKey?: string;
  readonly clientId?: string;
  readonly dataCenter?: string;
  readonly baseUrl?: string;
  readonly backupBaseUrl?: string;
  readonly secretFile?: string;
}

const DATA_CENTERS_BY_PROVIDER = {
  rongcloud: RONGCLOUD_DATA_CENTERS,
  nexconn: NEXCONN_DATA_CENTERS,
  easemob: EASEMOB_DATA_CENTERS,
} as const satisfies Record<ProviderName, Readonly<Record<string, DataCenter>>>;

/** The names that `--data-center` takes, as the help tells them. */
function listDataCenters(): string {
  return Object.entries(DATA_CENTERS_BY_PROVIDER)
    .map(([provider, places]) => `${provider}: ${Object.keys(places).join(', ')}`)
    .join('; ');
}

/** Adds the flags of an account to `app add` and `app update`. */
export function addAccountFlags(command: Command, secretFileHelp: string): Command {
  return command
    .option('--app-key <key>', 'the App Key of the provider’s console; Easemob: ORG#APP (quote the #)')
    .option('--client-id <id>', 'Easemob: the client id of the console')
    .option('--data-center <name>', `where the account lives, which names both of its domains (${listDataCenters()})`)
    .addOption(
      new Option('--base-url <url>', 'where the provider is called instead, such as the sandbox’s URL').conflicts(
        'dataCenter',
      ),
    )
    .addOption(
      new Option(
        '--backup-base-url <url>',
        'with --base-url: another domain of the account, called when the first does not answer',
      ).conflicts('dataCenter'),
    )
    .option('--secret-file <file>', secretFileHelp);
}

import { Option } from 'commander';
import type { Command } from 'commander';

/** What names an account at a provider, and where it is called; all but its secret. */
export interface AccountFlags {
  readonly appKey?: string;
  readonly clientId?: string;
  readonly dataCenter?: string;
  readonly baseUrl?: string;
  readonly secretFile?: string;
}

/** Adds the flags of an account to `app add` and `app update`. */
export function addAccountFlags(command: Command, secretFileHelp: string): Command {
  return command
    .option('--app-key <key>', 'the App Key of the provider’s console; Easemob: ORG#APP (quote the #)')
    .option('--client-id <id>', 'Easemob: the client id of the console')
    .option('--data-center <name>', 'where the account lives, by the provider’s name of the data center')
    .addOption(
      new Option('--base-url <url>', 'where the provider is called instead, such as the sandbox’s URL').conflicts(
        'dataCenter',
      ),
    )
    .option('--secret-file <file>', secretFileHelp);
}

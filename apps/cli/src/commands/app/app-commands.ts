import type { Command } from 'commander';
import type { Runner } from '../../invocation.ts';
import { addAppAdd } from './add.ts';
import { addAppCheck } from './check.ts';
import { addAppList } from './list.ts';
import { addAppRemove } from './remove.ts';
import { addSecretCommands } from './secret/secret-commands.ts';
import { addAppShow } from './show.ts';
import { addAppUpdate } from './update.ts';

/** `immint app …` */
export function addAppCommands(program: Command, runner: Runner): void {
  const app = program
    .command('app')
    .helpCommand(false)
    .description('Apps: accounts at a provider, with their policy, under names of ours.');
  addAppAdd(app, runner);
  addAppList(app, runner);
  addAppShow(app, runner);
  addAppCheck(app, runner);
  addAppUpdate(app, runner);
  addSecretCommands(app, runner);
  addAppRemove(app, runner);
}

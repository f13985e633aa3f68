import type { Command } from 'commander';
import type { Runner } from '../../invocation.ts';
import { addTokenBulk } from './bulk.ts';
import { addTokenInspect } from './inspect.ts';
import { addTokenList } from './list.ts';
import { addTokenObtain } from './obtain.ts';
import { addTokenRevoke } from './revoke.ts';
import { addTokenUnbar } from './unbar.ts';

/** `immint token …` */
export function addTokenCommands(program: Command, runner: Runner): void {
  const token = program
    .command('token')
    .helpCommand(false)
    .description('User tokens: what a person’s device logs in to the chat with.');
  addTokenObtain(token, runner);
  addTokenInspect(token, runner);
  addTokenList(token, runner);
  addTokenRevoke(token, runner);
  addTokenUnbar(token, runner);
  addTokenBulk(token, runner);
}

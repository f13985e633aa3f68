import type { Command } from 'commander';
import type { Runner } from '../../invocation.ts';
import { addTokenDiscard } from './discard.ts';
import { addTokenBulk } from './bulk.ts';
import { addTokenInspect } from './inspect.ts';
import { addTokenList } from './list.ts';
import { addTokenObtain } from './obtain.ts';
import { addTokenReport } from './report.ts';
import { addTokenRevoke } from './revoke.ts';
import { addTokenTimeline } from './timeline.ts';
import { addTokenUnbar } from './unbar.ts';

/** `immint token …` */
export function addTokenCommands(program: Command, runner: Runner): void {
  const token = program
    .command('token')
    .helpCommand(false)
    .description('User tokens: what a person’s device logs in to the chat with.');
  addTokenObtain(token, runner);
  addTokenReport(token, runner);
  addTokenInspect(token, runner);
  addTokenTimeline(token, runner);
  addTokenList(token, runner);
  addTokenRevoke(token, runner);
  addTokenUnbar(token, runner);
  addTokenDiscard(token, runner);
  addTokenBulk(token, runner);
}

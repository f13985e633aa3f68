import type { Command } from 'commander';
import type { Runner } from '../../invocation.ts';
import { addJobCancel, addJobPause, addJobResume } from './change.ts';
import { addJobItems } from './items.ts';
import { addJobList } from './list.ts';
import { addJobShow } from './show.ts';

/** `immint job …` */
export function addJobCommands(program: Command, runner: Runner): void {
  const job = program
    .command('job')
    .helpCommand(false)
    .description('Jobs: work on many users, done by the servers in the background, behind logins.');
  addJobList(job, runner);
  addJobShow(job, runner);
  addJobItems(job, runner);
  addJobPause(job, runner);
  addJobResume(job, runner);
  addJobCancel(job, runner);
}

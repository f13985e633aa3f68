import type { Command } from 'commander';
import type { Runner } from '../../invocation.ts';
import { addKeyCreate } from './create.ts';
import { addKeyList } from './list.ts';
import { addKeyRevoke } from './revoke.ts';

/** `immint key …` */
export function addKeyCommands(program: Command, runner: Runner): void {
  const key = program
    .command('key')
    .helpCommand(false)
    .description('API keys: who may call this server, and for what.');
  addKeyCreate(key, runner);
  addKeyList(key, runner);
  addKeyRevoke(key, runner);
}

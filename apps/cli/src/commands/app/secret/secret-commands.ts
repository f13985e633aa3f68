import type { Command } from 'commander';
import type { Runner } from '../../../invocation.ts';
import { addSecretAbort } from './abort.ts';
import { addSecretCorrect } from './correct.ts';
import { addSecretCutover } from './cutover.ts';
import { addSecretStage } from './stage.ts';

/** `immint app secret …` */
export function addSecretCommands(app: Command, runner: Runner): void {
  const secret = app
    .command('secret')
    .helpCommand(false)
    .summary('change the App Secret, or correct a mistyped one')
    .description(
      'Changes an App Secret while people log in: refresh it in the provider’s console, stage the new one, cut over. ' +
        'RongCloud takes the old secret until the first call signed with the new one, and that call ends all tokens: the ' +
        'cut-over makes it.',
    );
  addSecretStage(secret, runner);
  addSecretCutover(secret, runner);
  addSecretAbort(secret, runner);
  addSecretCorrect(secret, runner);
}

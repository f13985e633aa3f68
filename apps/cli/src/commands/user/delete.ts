import type { NameUserInput } from '@immint/contracts';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { CliError } from '../../cli-error.ts';
import { addExamples } from '../../examples.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { promptLine } from '../../read-input.ts';
import type { Terminal } from '../../terminal.ts';

interface DeleteFlags {
  readonly confirm?: string;
}

/** `immint user delete APP USER_ID` */
export function addUserDelete(user: Command, runner: Runner): void {
  const command = user
    .command('delete')
    .summary('delete a user at the provider, for good (Easemob)')
    .description(
      'Deletes a user at the provider, with friends, groups and whatever else hangs on it there, for good. The id must be ' +
        'repeated: on a terminal it is asked for. The stored token is no longer handed out.',
    )
    .argument('<app>', 'our name of the app')
    .argument('<user-id>', 'the user’s id, as your product writes it')
    .option('--confirm <user-id>', 'the id once more, where nobody can be asked');
  addExamples(command, [
    { does: 'without being asked', line: 'immint user delete easemob-demo jlk456j5 --confirm jlk456j5' },
  ]);
  command.action((app: string, userId: string, flags: DeleteFlags) =>
    runner.run(command, (invocation) => remove(invocation, { app, userId }, flags)),
  );
}

async function remove(invocation: Invocation, input: NameUserInput, flags: DeleteFlags): Promise<void> {
  const { terminal, output } = invocation;
  const confirm = flags.confirm ?? (await askForId(terminal));
  if (confirm !== input.userId) {
    throw new CliError('USAGE', 'The id that was repeated is another one; nobody was deleted.');
  }
  const deleted = await callServer(invocation, { progress: `deleting ${input.userId}`, changes: true }, (client) =>
    client.user.delete.mutate(input),
  );
  output.answer(deleted, () => 'deleted at the provider; the stored token is no longer handed out');
}

function askForId(terminal: Terminal): Promise<string> {
  if (terminal.stdin.isTTY === true) {
    return promptLine(terminal, 'This deletes the user for good. Repeat the id to agree: ', true);
  }
  throw new CliError('USAGE', 'Nobody can be asked here: repeat the id with --confirm to agree.');
}

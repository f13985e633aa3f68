import type { RemoveAppInput } from '@immint/contracts';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { CliError } from '../../cli-error.ts';
import { addExamples } from '../../examples.ts';
import { renderInstant } from '../../instant.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { promptLine } from '../../read-input.ts';
import { renderRecord } from '../../table.ts';
import type { Terminal } from '../../terminal.ts';

interface RemoveFlags {
  readonly confirm?: string;
}

/** `immint app remove APP` */
export function addAppRemove(app: Command, runner: Runner): void {
  const command = app
    .command('remove')
    .summary('remove an app and its stored tokens')
    .description(
      'Removes an app and its stored tokens. The name must be repeated: on a terminal it is asked for. ' +
        'A sealed copy is kept for 7 days. The provider is told nothing, and tokens that are out stay valid there.',
    )
    .argument('<app>', 'our name of the app')
    .option('--confirm <app>', 'the name once more, where nobody can be asked');
  addExamples(command, [
    { does: 'without being asked', line: 'immint app remove nexconn-demo --confirm nexconn-demo' },
  ]);
  command.action((name: string, flags: RemoveFlags) =>
    runner.run(command, (invocation) => remove(invocation, name, flags)),
  );
}

async function remove(invocation: Invocation, name: string, flags: RemoveFlags): Promise<void> {
  const { terminal, output } = invocation;
  const confirm = flags.confirm ?? (await askForName(terminal, name));
  if (confirm !== name) throw new CliError('USAGE', 'The name that was repeated is another one; nothing was removed.');
  const input: RemoveAppInput = { app: name, confirm };

  const removed = await callServer(invocation, { progress: `removing ${name}`, changes: true }, (client) =>
    client.app.remove.mutate(input),
  );

  output.answer(removed, (paint) =>
    renderRecord(paint, [
      ['removed', removed.app],
      ['tokens', `${removed.tokens} went with it`],
      ['sealed copy', `kept until ${renderInstant(removed.keptUntilMs)}`],
    ]),
  );
}

function askForName(terminal: Terminal, name: string): Promise<string> {
  if (terminal.stdin.isTTY === true) {
    return promptLine(terminal, `This removes the app and its tokens. Repeat its name to agree: `, true);
  }
  throw new CliError('USAGE', `Nobody can be asked here: repeat the name with --confirm ${name} to agree.`);
}

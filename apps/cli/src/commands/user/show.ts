import type { NameUserInput, ShownUser } from '@immint/contracts';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import type { Paint } from '../../paint.ts';
import { renderRecord } from '../../table.ts';

/** `immint user show APP USER_ID` */
export function addUserShow(user: Command, runner: Runner): void {
  const command = user
    .command('show')
    .summary('the provider’s own record of a user')
    .description(
      'Asks the provider what it knows of a user. Ends with 1 if it says that it does not ' +
        'know the user; RongCloud documents no such answer, and what it refuses ends with 78.',
    )
    .argument('<app>', 'our name of the app')
    .argument('<user-id>', 'the user’s id, as your product writes it');
  addExamples(command, [{ does: 'one user', line: 'immint user show rongcloud-demo jlk456j5' }]);
  command.action((app: string, userId: string) =>
    runner.run(command, (invocation) => show(invocation, { app, userId })),
  );
}

async function show(invocation: Invocation, input: NameUserInput): Promise<void> {
  const shown = await callServer(invocation, { progress: `asking for ${input.userId}` }, (client) =>
    client.user.show.query(input),
  );
  invocation.output.answer(shown, (paint) => render(paint, shown));
}

function render(paint: Paint, shown: ShownUser): string {
  return renderRecord(paint, [
    ['app', `${shown.app} (${shown.provider})`],
    ['user', shown.userId],
    ['name', shown.name ?? 'none'],
    ['avatar', shown.avatarUrl ?? 'none'],
    ['made', shown.createdAt ?? 'not told'],
    ['banned', shown.banned === null ? 'not told' : shown.banned ? 'yes' : 'no'],
  ]);
}

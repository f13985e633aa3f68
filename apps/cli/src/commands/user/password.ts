import type { Command } from 'commander';
import { askSecret } from '../../ask-secret.ts';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import type { Invocation, Runner } from '../../invocation.ts';

/** `immint user password APP USER_ID` */
export function addUserPassword(user: Command, runner: Runner): void {
  const command = user
    .command('password')
    .summary('change a user’s password at the provider (Easemob)')
    .description(
      'Changes a user’s password. The new one is asked for without showing it, or piped in; it is kept nowhere. The stored ' +
        'token is no longer handed out, since the provider ends the user’s tokens with the old password.',
    )
    .argument('<app>', 'our name of the app')
    .argument('<user-id>', 'the user’s id, as your product writes it');
  addExamples(command, [
    { does: 'be asked for the new password', line: 'immint user password easemob-demo jlk456j5' },
    { does: 'the new password is in a file', line: 'immint user password easemob-demo jlk456j5 < new-password' },
  ]);
  command.action((app: string, userId: string) =>
    runner.run(command, (invocation) => changePassword(invocation, app, userId)),
  );
}

async function changePassword(invocation: Invocation, app: string, userId: string): Promise<void> {
  const password = await askSecret(invocation.terminal, { what: 'password' });
  const changed = await callServer(invocation, { progress: 'changing the password', changes: true }, (client) =>
    client.user.password.mutate({ app, userId, password }),
  );
  invocation.output.answer(changed, () => 'changed at the provider; the stored token is no longer handed out');
}

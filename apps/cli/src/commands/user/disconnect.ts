import type { DisconnectUserInput } from '@immint/contracts';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { present } from '../../present.ts';

interface DisconnectFlags {
  readonly resource?: string;
}

/** `immint user disconnect APP USER_ID` */
export function addUserDisconnect(user: Command, runner: Runner): void {
  const command = user
    .command('disconnect')
    .summary('log a user’s devices out (Easemob)')
    .description(
      'Logs out all devices of a user, or one. Tokens stay as they are: a device that has one may log in again.',
    )
    .argument('<app>', 'our name of the app')
    .argument('<user-id>', 'the user’s id, as your product writes it')
    .option('--resource <name>', 'only the device that logged in under this resource name');
  addExamples(command, [{ does: 'all devices', line: 'immint user disconnect easemob-demo jlk456j5' }]);
  command.action((app: string, userId: string, { resource }: DisconnectFlags) =>
    runner.run(command, (invocation) =>
      disconnect(invocation, {
        app,
        userId,
        ...present<Pick<DisconnectUserInput, 'resource'>>({ resource }),
      }),
    ),
  );
}

async function disconnect(invocation: Invocation, input: DisconnectUserInput): Promise<void> {
  const options = { progress: `logging ${input.userId} out`, changes: true };
  const done = await callServer(invocation, options, (client) => client.user.disconnect.mutate(input));
  invocation.output.answer(done, () => (input.resource === undefined ? 'all devices logged out' : 'device logged out'));
}

import type { UpdateUserInput } from '@immint/contracts';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { CliError } from '../../cli-error.ts';
import { addExamples } from '../../examples.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { present } from '../../present.ts';

interface UpdateFlags {
  readonly name?: string;
  readonly avatarUrl?: string;
}

/** `immint user update APP USER_ID` */
export function addUserUpdate(user: Command, runner: Runner): void {
  const command = user
    .command('update')
    .summary('change a user’s name or avatar at the provider')
    .description(
      'Changes the name or the avatar that push notifications show, at the provider and beside the stored token. ' +
        'No token is issued or ended. Where the provider is told no profiles (Easemob), ' +
        '`token obtain --name` keeps them here.',
    )
    .argument('<app>', 'our name of the app')
    .argument('<user-id>', 'the user’s id, as your product writes it')
    .option('--name <name>', 'the new name')
    .option('--avatar-url <url>', 'the new picture, at most 1024 bytes');
  addExamples(command, [{ does: 'another name', line: 'immint user update rongcloud-demo jlk456j5 --name Ironman' }]);
  command.action((app: string, userId: string, flags: UpdateFlags) =>
    runner.run(command, (invocation) => update(invocation, app, userId, flags)),
  );
}

async function update(invocation: Invocation, app: string, userId: string, flags: UpdateFlags): Promise<void> {
  const { name, avatarUrl } = flags;
  if (name === undefined && avatarUrl === undefined) {
    throw new CliError('USAGE', 'Say what changes: --name, --avatar-url, or both.');
  }
  const input: UpdateUserInput = {
    app,
    userId,
    ...present<Pick<UpdateUserInput, 'name' | 'avatarUrl'>>({ name, avatarUrl }),
  };
  const updated = await callServer(invocation, { progress: `updating ${userId}`, changes: true }, (client) =>
    client.user.update.mutate(input),
  );
  invocation.output.answer(updated, () =>
    updated.stored
      ? 'updated at the provider, and beside the stored token'
      : 'updated at the provider; no token is stored',
  );
}

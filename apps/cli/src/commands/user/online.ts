import { MAX_USERS_PER_CALL } from '@immint/contracts';
import type { NameUsersInput } from '@immint/contracts';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import type { ExitCode } from '../../exit-code.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { inParts } from './in-parts.ts';
import { exitCodeOf, renderOutcomes } from './outcomes.ts';

/** `immint user online APP USER_ID…` */
export function addUserOnline(user: Command, runner: Runner): void {
  const command = user
    .command('online')
    .summary('which users are connected now')
    .description(
      'Asks the provider which users are connected now. Ends with 0 if all could be asked, whatever the answers.',
    )
    .argument('<app>', 'our name of the app')
    .argument('<user-id...>', 'the users’ ids, as your product writes them');
  addExamples(command, [{ does: 'two users', line: 'immint user online rongcloud-demo jlk456j5 u2' }]);
  command.action((app: string, userIds: string[]) =>
    runner.run(command, (invocation) => online(invocation, { app, userIds })),
  );
}

async function online(invocation: Invocation, { app, userIds }: NameUsersInput): Promise<ExitCode> {
  const users = await callServer(invocation, { progress: 'asking who is online' }, (client) =>
    inParts(userIds, MAX_USERS_PER_CALL, async (part) => {
      const answer = await client.user.online.mutate({ app, userIds: part });
      return answer.users;
    }),
  );
  invocation.output.answer({ app, users }, (paint) =>
    renderOutcomes(paint, users, {
      heading: 'ONLINE',
      cell: ({ online: is }) => (is === null ? 'not told' : is ? 'yes' : 'no'),
    }),
  );
  return exitCodeOf(users);
}

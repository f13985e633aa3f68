import { MAX_USERS_PER_CALL } from '@immint/contracts';
import type { NameUsersInput } from '@immint/contracts';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import type { ExitCode } from '../../exit-code.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { inParts } from './in-parts.ts';
import { exitCodeOf, renderOutcomes } from './outcomes.ts';

/** `immint user unban APP USER_ID…` */
export function addUserUnban(user: Command, runner: Runner): void {
  const command = user
    .command('unban')
    .summary('let banned users connect again')
    .description('Lets banned users connect again. Ends with 0 only if it was done for all of them.')
    .argument('<app>', 'our name of the app')
    .argument('<user-id...>', 'the users’ ids, as your product writes them');
  addExamples(command, [{ does: 'one user', line: 'immint user unban rongcloud-demo jlk456j5' }]);
  command.action((app: string, userIds: string[]) =>
    runner.run(command, (invocation) => unban(invocation, { app, userIds })),
  );
}

async function unban(invocation: Invocation, { app, userIds }: NameUsersInput): Promise<ExitCode> {
  const users = await callServer(invocation, { progress: 'unbanning users', changes: true }, (client) =>
    inParts(userIds, MAX_USERS_PER_CALL, async (part) => {
      const answer = await client.user.unban.mutate({ app, userIds: part });
      return answer.users;
    }),
  );
  invocation.output.answer({ app, users }, (paint) =>
    renderOutcomes(paint, users, { heading: 'BANNED', cell: () => 'no' }),
  );
  return exitCodeOf(users);
}

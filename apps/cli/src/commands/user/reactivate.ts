import { MAX_USERS_PER_CALL } from '@immint/contracts';
import type { NameUsersInput } from '@immint/contracts';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import type { ExitCode } from '../../exit-code.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { inParts } from './in-parts.ts';
import { exitCodeOf, renderOutcomes } from './outcomes.ts';

/** `immint user reactivate APP USER_ID…` */
export function addUserReactivate(user: Command, runner: Runner): void {
  const command = user
    .command('reactivate')
    .summary('bring deactivated users back')
    .description(
      'Begins to bring deactivated users back, at the earliest an hour after they were deactivated. The provider does it ' +
        'later, and reports it to the webhook of its console.',
    )
    .argument('<app>', 'our name of the app')
    .argument('<user-id...>', 'the users’ ids, as your product writes them');
  addExamples(command, [{ does: 'one user', line: 'immint user reactivate rongcloud-demo jlk456j5' }]);
  command.action((app: string, userIds: string[]) =>
    runner.run(command, (invocation) => reactivate(invocation, { app, userIds })),
  );
}

async function reactivate(invocation: Invocation, { app, userIds }: NameUsersInput): Promise<ExitCode> {
  const users = await callServer(invocation, { progress: 'reactivating users', changes: true }, (client) =>
    inParts(userIds, MAX_USERS_PER_CALL, async (part) => {
      const answer = await client.user.reactivate.mutate({ app, userIds: part });
      return answer.users;
    }),
  );
  invocation.output.answer({ app, users }, (paint) =>
    renderOutcomes(paint, users, { heading: 'OPERATION', cell: ({ operationId }) => operationId ?? 'begun' }),
  );
  return exitCodeOf(users);
}

import { MAX_USERS_PER_CALL } from '@immint/contracts';
import type { UnbarUsersInput } from '@immint/contracts';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { renderTable } from '../../table.ts';
import { inParts } from '../user/in-parts.ts';

/** `immint token unbar APP USER_ID…` */
export function addTokenUnbar(token: Command, runner: Runner): void {
  const command = token
    .command('unbar')
    .summary('issue for barred users again')
    .description(
      'Lifts the bar of `token revoke --bar`. What was revoked stays revoked: the next obtain issues a new token.',
    )
    .argument('<app>', 'our name of the app')
    .argument('<user-id...>', 'the users’ ids, as your product writes them');
  addExamples(command, [{ does: 'one user', line: 'immint token unbar rongcloud-demo jlk456j5' }]);
  command.action((app: string, userIds: string[]) =>
    runner.run(command, (invocation) => unbar(invocation, { app, userIds })),
  );
}

async function unbar(invocation: Invocation, { app, userIds }: UnbarUsersInput): Promise<void> {
  const users = await callServer(invocation, { progress: 'lifting bars', changes: true }, (client) =>
    inParts(userIds, MAX_USERS_PER_CALL, async (part) => {
      const answer = await client.token.unbar.mutate({ app, userIds: part });
      return answer.users;
    }),
  );
  invocation.output.answer({ app, users }, (paint) =>
    renderTable(
      paint,
      ['USER', 'BARRED', 'WAS BARRED'],
      users.map(({ userId, wasBarred }) => [userId, 'no', wasBarred ? 'yes' : 'no']),
    ),
  );
}

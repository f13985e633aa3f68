import { MAX_USERS_PER_CALL } from '@immint/contracts';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { CliError } from '../../cli-error.ts';
import { addExamples } from '../../examples.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { renderRecord, renderTable } from '../../table.ts';
import { inParts } from '../user/in-parts.ts';

/** `immint token unbar APP USER_ID…|--all` */
export function addTokenUnbar(token: Command, runner: Runner): void {
  const command = token
    .command('unbar')
    .summary('issue for barred users again')
    .description(
      'Lifts the bar of `token revoke --bar`. What was revoked stays revoked: the next obtain issues a new token.',
    )
    .argument('<app>', 'our name of the app')
    .argument('[user-id...]', 'the users’ ids, as your product writes them')
    .option('--all', 'lift the bar of the whole app; those of single users stay');
  addExamples(command, [
    { does: 'one user', line: 'immint token unbar rongcloud-demo jlk456j5' },
    { does: 'after revoke --all --bar', line: 'immint token unbar rongcloud-demo --all' },
  ]);
  command.action((app: string, userIds: string[], { all }: { readonly all?: boolean }) =>
    runner.run(command, (invocation) => {
      if ((all === true) === userIds.length > 0)
        throw new CliError('USAGE', 'Name users, or say --all: one of the two.');
      return all === true ? unbarAll(invocation, app) : unbar(invocation, app, userIds);
    }),
  );
}

async function unbarAll(invocation: Invocation, app: string): Promise<void> {
  const options = { progress: 'lifting the bar', changes: true };
  const answer = await callServer(invocation, options, (client) => client.token.unbar.mutate({ app, all: true }));
  invocation.output.answer(answer, (paint) =>
    renderRecord(paint, [
      ['app', answer.app],
      ['barred', 'no'],
      ['was barred', answer.appWasBarred === true ? 'yes' : 'no'],
    ]),
  );
}

async function unbar(invocation: Invocation, app: string, userIds: readonly string[]): Promise<void> {
  let appBarred = false;
  const users = await callServer(invocation, { progress: 'lifting bars', changes: true }, (client) =>
    inParts(userIds, MAX_USERS_PER_CALL, async (part) => {
      const answer = await client.token.unbar.mutate({ app, userIds: part });
      ({ appBarred } = answer);
      return answer.users;
    }),
  );
  if (appBarred)
    invocation.output.warn(`the whole app is barred, so they stay out: \`immint token unbar ${app} --all\`.`);
  invocation.output.answer({ app, appBarred, appWasBarred: null, users }, (paint) =>
    renderTable(
      paint,
      ['USER', 'BARRED', 'WAS BARRED'],
      users.map(({ userId, wasBarred }) => [userId, 'no', wasBarred ? 'yes' : 'no']),
    ),
  );
}

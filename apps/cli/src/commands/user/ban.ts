import { MAX_USERS_PER_CALL } from '@immint/contracts';
import type { BanUsersInput } from '@immint/contracts';
import { Option } from 'commander';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import type { ExitCode } from '../../exit-code.ts';
import { wholeNumber } from '../../flag-values.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { present } from '../../present.ts';
import { inParts } from './in-parts.ts';
import { exitCodeOf, renderOutcomes } from './outcomes.ts';

interface BanFlags {
  readonly minutes?: number;
}

/** `immint user ban APP USER_ID…` */
export function addUserBan(user: Command, runner: Runner): void {
  const command = user
    .command('ban')
    .summary('keep users from connecting')
    .description(
      'Keeps users from connecting: RongCloud and Nexconn for --minutes, Easemob until `user unban`. A stored token stays ' +
        'as it is, and is of use again after the ban. Ends with 0 only if it was done for all of them.',
    )
    .argument('<app>', 'our name of the app')
    .argument('<user-id...>', 'the users’ ids, as your product writes them')
    .addOption(
      new Option('--minutes <number>', 'for how long, from 1 to 43200 (30 days); not at Easemob').argParser(
        wholeNumber,
      ),
    );
  addExamples(command, [
    { does: 'for an hour', line: 'immint user ban rongcloud-demo jlk456j5 --minutes 60' },
    { does: 'two users, until they are unbanned', line: 'immint user ban easemob-demo jlk456j5 u2' },
  ]);
  command.action((app: string, userIds: string[], { minutes }: BanFlags) =>
    runner.run(command, (invocation) => ban(invocation, app, userIds, minutes)),
  );
}

async function ban(
  invocation: Invocation,
  app: string,
  userIds: readonly string[],
  minutes: number | undefined,
): Promise<ExitCode> {
  const users = await callServer(invocation, { progress: 'banning users', changes: true }, (client) =>
    inParts(userIds, MAX_USERS_PER_CALL, async (part) => {
      const input = { app, userIds: part, ...present<Pick<BanUsersInput, 'minutes'>>({ minutes }) };
      const answer = await client.user.ban.mutate(input);
      return answer.users;
    }),
  );
  const until = minutes === undefined ? 'until unbanned' : `${minutes} min`;
  invocation.output.answer({ app, users }, (paint) =>
    renderOutcomes(paint, users, { heading: 'BANNED', cell: () => until }),
  );
  return exitCodeOf(users);
}

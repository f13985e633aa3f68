import { MAX_NEW_USERS_PER_CALL } from '@immint/contracts';
import type { Command } from 'commander';
import { askSecret } from '../../ask-secret.ts';
import { callServer } from '../../call-server.ts';
import { CliError } from '../../cli-error.ts';
import { addExamples } from '../../examples.ts';
import type { ExitCode } from '../../exit-code.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { present } from '../../present.ts';
import { inParts } from './in-parts.ts';
import { exitCodeOf, renderOutcomes } from './outcomes.ts';
import { readUsersFile } from './users-file.ts';
import type { UserRow } from './users-file.ts';

interface RegisterFlags {
  readonly file?: string;
  readonly nickname?: string;
  readonly passwordPrompt?: boolean;
}

/** `immint user register APP [USER_ID]` */
export function addUserRegister(user: Command, runner: Runner): void {
  const command = user
    .command('register')
    .summary('make users at the provider (Easemob)')
    .description(
      'Makes one user, or those of a CSV file whose first line is userId,password,nickname (the last two may be left out). ' +
        'A user without a password gets one made at random that nobody keeps: logging in by tokens needs none. ' +
        'Ends with 0 only if all were made.',
    )
    .argument('<app>', 'our name of the app')
    .argument('[user-id]', 'the user’s id, as your product writes it')
    .option('--nickname <name>', 'the name that the user has at the provider')
    .option('--password-prompt', 'the user’s password: asked for, or piped in')
    .option('--file <file>', 'many users, from a CSV file; - for standard input');
  addExamples(command, [
    { does: 'one user', line: 'immint user register easemob-demo jlk456j5 --nickname Ironman' },
    { does: 'many', line: 'immint user register easemob-demo --file users.csv' },
  ]);
  command.action((app: string, userId: string | undefined, flags: RegisterFlags) =>
    runner.run(command, (invocation) => register(invocation, app, userId, flags)),
  );
}

async function register(
  invocation: Invocation,
  app: string,
  userId: string | undefined,
  flags: RegisterFlags,
): Promise<ExitCode> {
  const newUsers = await readUsers(invocation, userId, flags);
  const users = await callServer(invocation, { progress: 'registering users', changes: true }, (client) =>
    inParts(newUsers, MAX_NEW_USERS_PER_CALL, async (part) => {
      const answer = await client.user.register.mutate({ app, users: part });
      return answer.users;
    }),
  );
  invocation.output.answer({ app, users }, (paint) =>
    renderOutcomes(paint, users, { heading: 'REGISTERED', cell: () => 'yes' }),
  );
  return exitCodeOf(users);
}

async function readUsers(
  { terminal }: Invocation,
  userId: string | undefined,
  { file, nickname, passwordPrompt }: RegisterFlags,
): Promise<UserRow[]> {
  if ((userId === undefined) === (file === undefined)) {
    throw new CliError('USAGE', 'Name one user, or give many with --file: exactly one of the two.');
  }
  if (file !== undefined && (nickname !== undefined || passwordPrompt === true)) {
    throw new CliError('USAGE', 'With --file, passwords and nicknames are columns of the file.');
  }
  if (file !== undefined) return readUsersFile(terminal, file);
  const password = passwordPrompt === true ? await askSecret(terminal, { what: 'password' }) : undefined;
  return [{ userId: userId ?? '', ...present<Omit<UserRow, 'userId'>>({ nickname, password }) }];
}

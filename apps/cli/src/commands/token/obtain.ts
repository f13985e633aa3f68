import type { ObtainTokenInput } from '@immint/contracts';
import { Option } from 'commander';
import type { Command } from 'commander';
import { askSecret } from '../../ask-secret.ts';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import { wholeNumber } from '../../flag-values.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { present } from '../../present.ts';
import { describeToken } from './describe-token.ts';

interface ObtainFlags {
  readonly name?: string;
  readonly avatarUrl?: string;
  readonly ttlSeconds?: number;
  readonly fresh?: boolean;
  readonly passwordPrompt?: boolean;
  readonly timeoutMs?: number;
}

/** `immint token obtain APP USER_ID` */
export function addTokenObtain(token: Command, runner: Runner): void {
  const command = token
    .command('obtain')
    .summary('the stored token of a user if it is good, otherwise a new one')
    .description(
      'Prints the token of a user: the stored one if it is good, otherwise a new one from the provider. ' +
        'The token alone goes to standard output, what is known of it to standard error.',
    )
    .argument('<app>', 'our name of the app')
    .argument('<user-id>', 'the user’s id, as your product writes it')
    .option('--name <name>', 'display name for push notifications (otherwise the stored one, or the user id)')
    .option('--avatar-url <url>', 'picture for push notifications, at most 1024 bytes')
    .addOption(
      new Option(
        '--ttl-seconds <seconds>',
        'the longest life that the token may have left; only where the provider takes one (0: permanent)',
      ).argParser(wholeNumber),
    )
    .option('--fresh', 'a new token even if the stored one is good; rationed')
    .option('--password-prompt', 'log in with the user’s password (Easemob): asked for, or piped in; nothing is stored')
    .addOption(
      new Option(
        '--timeout-ms <milliseconds>',
        'how long the call may take, at most 60000 (otherwise 10000)',
      ).argParser(wholeNumber),
    );
  addExamples(command, [
    { does: 'a token for one user', line: 'immint token obtain easemob-demo jlk456j5' },
    {
      does: 'with the name that notifications show',
      line: 'immint token obtain rongcloud-demo jlk456j5 --name Ironman',
    },
    {
      does: 'one that lives for at most an hour',
      line: 'immint token obtain easemob-demo jlk456j5 --ttl-seconds 3600',
    },
    { does: 'everything that is known of it, as JSON', line: 'immint token obtain nexconn-demo jlk456j5 --json' },
  ]);
  command.action((app: string, userId: string, flags: ObtainFlags) =>
    runner.run(command, (invocation) => obtain(invocation, app, userId, flags)),
  );
}

async function obtain(invocation: Invocation, app: string, userId: string, flags: ObtainFlags): Promise<void> {
  const { terminal, output } = invocation;
  const { passwordPrompt, timeoutMs, name, avatarUrl, ttlSeconds, fresh } = flags;
  const password = passwordPrompt === true ? await askSecret(terminal, { what: 'password' }) : undefined;
  const input: ObtainTokenInput = {
    app,
    userId,
    ...present<Omit<ObtainTokenInput, 'app' | 'userId'>>({ name, avatarUrl, ttlSeconds, fresh, password }),
  };
  const options = { progress: `obtaining a token of ${userId}`, changes: true, timeoutMs };

  const token = await callServer(invocation, options, (client) => client.token.obtain.mutate(input));

  output.talk(describeToken(token));
  output.answer(token, () => token.token);
}

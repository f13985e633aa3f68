import type { ReportTokenInput } from '@immint/contracts';
import { Option } from 'commander';
import type { Command } from 'commander';
import { askSecret } from '../../ask-secret.ts';
import { callServer } from '../../call-server.ts';
import { CliError } from '../../cli-error.ts';
import { addExamples } from '../../examples.ts';
import { wholeNumber } from '../../flag-values.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { present } from '../../present.ts';
import { describeToken } from './describe-token.ts';

interface ReportFlags {
  readonly tokenStdin?: boolean;
  readonly fingerprint?: string;
  readonly code?: number;
}

/** `immint token report APP USER_ID` */
export function addTokenReport(token: Command, runner: Runner): void {
  const command = token
    .command('report')
    .summary('the provider refused this token: get a good one')
    .description(
      'Says that the provider refuses a token of a user, and prints a good one: a new one if the current token was named, ' +
        'otherwise the current one. However many devices report a token, one call replaces it. The token alone goes to ' +
        'standard output. Ends with 1 if the code says that the token is not at fault (docs/client-codes.md), 75 if ' +
        'tokens of this user or app were replaced too often of late.',
    )
    .argument('<app>', 'our name of the app')
    .argument('<user-id>', 'the user’s id, as your product writes it')
    .option('--token-stdin', 'the refused token comes on standard input, or is asked for')
    .option('--fingerprint <fingerprint>', 'the refused token, by its name in `token inspect`')
    .addOption(
      new Option('--code <number>', 'the number that the client SDK gave for the refusal').argParser(wholeNumber),
    );
  addExamples(command, [
    {
      does: 'a device was refused as expired',
      line: 'immint token report easemob-demo jlk456j5 --fingerprint fp_abc --code 108',
    },
    { does: 'by the token itself', line: 'immint token report rongcloud-demo jlk456j5 --token-stdin < refused-token' },
  ]);
  command.action((app: string, userId: string, flags: ReportFlags) =>
    runner.run(command, (invocation) => report(invocation, app, userId, flags)),
  );
}

async function report(invocation: Invocation, app: string, userId: string, flags: ReportFlags): Promise<void> {
  const { terminal, output } = invocation;
  const { tokenStdin = false, fingerprint, code: providerCode } = flags;
  if (tokenStdin === (fingerprint !== undefined)) {
    throw new CliError('USAGE', 'Name the refused token in one way: --token-stdin, or --fingerprint.');
  }
  const token = tokenStdin ? await askSecret(terminal, { what: 'token' }) : undefined;
  const input: ReportTokenInput = {
    app,
    userId,
    ...present<Omit<ReportTokenInput, 'app' | 'userId'>>({ token, fingerprint, providerCode }),
  };
  const options = { progress: `reporting a token of ${userId}`, changes: true };

  const answer = await callServer(invocation, options, (client) => client.token.report.mutate(input));

  output.talk(describeToken(answer));
  output.answer(answer, () => answer.token);
}

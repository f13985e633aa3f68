import { MAX_USERS_PER_CALL } from '@immint/contracts';
import type { DiscardedTokens, DiscardTokensInput } from '@immint/contracts';
import { Option } from 'commander';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { CliError } from '../../cli-error.ts';
import { addExamples } from '../../examples.ts';
import { pointInTime } from '../../flag-values.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { inParts } from '../user/in-parts.ts';

interface DiscardFlags {
  readonly all?: boolean;
  readonly issuedBefore?: number;
  readonly dryRun?: boolean;
}

/** `immint token discard APP USER_ID…` */
export function addTokenDiscard(token: Command, runner: Runner): void {
  const command = token
    .command('discard')
    .summary('distrust stored copies of tokens, without calling the provider')
    .description(
      'Distrusts stored copies of tokens, after an incident at the provider or when their lifetime was changed in its ' +
        'console: the next obtain of each user issues a new one. Calls no provider: tokens that are out stay valid there ' +
        '(`token revoke` ends them).',
    )
    .argument('<app>', 'our name of the app')
    .argument('[user-id...]', 'the users’ ids, as your product writes them')
    .option('--all', 'all users of the app')
    .addOption(
      new Option('--issued-before <time>', 'what was issued before this: 2026-11-24T12:00:00Z').argParser(pointInTime),
    )
    .option('--dry-run', 'only count them');
  addExamples(command, [
    { does: 'one user', line: 'immint token discard rongcloud-demo jlk456j5' },
    { does: 'how many that would be', line: 'immint token discard rongcloud-demo --all --dry-run' },
    {
      does: 'everything from before an incident',
      line: 'immint token discard easemob-demo --issued-before 2026-11-24T12:00:00Z',
    },
  ]);
  command.action((app: string, userIds: string[], flags: DiscardFlags) =>
    runner.run(command, (invocation) => discard(invocation, app, userIds, flags)),
  );
}

async function discard(
  invocation: Invocation,
  app: string,
  userIds: readonly string[],
  { all = false, issuedBefore, dryRun = false }: DiscardFlags,
): Promise<void> {
  const ways = [userIds.length > 0, all, issuedBefore !== undefined].filter(Boolean);
  if (ways.length !== 1) {
    throw new CliError('USAGE', 'Say what to discard in one way: users by name, --all, or --issued-before.');
  }
  const { output } = invocation;
  const common = { app, ...(dryRun ? { dryRun } : {}) };
  const rest = issuedBefore === undefined ? { all: true as const } : { issuedBeforeMs: issuedBefore };
  const answers = await callServer(invocation, { progress: 'discarding tokens', changes: !dryRun }, async (client) => {
    const call = async (input: DiscardTokensInput) => [await client.token.discard.mutate(input)];
    if (userIds.length === 0) return call({ ...common, ...rest });
    return inParts(userIds, MAX_USERS_PER_CALL, (part) => call({ ...common, userIds: part }));
  });
  const total: DiscardedTokens = {
    app,
    discarded: answers.reduce((sum, { discarded }) => sum + discarded, 0),
    dryRun,
  };
  output.answer(total, () => render(total));
  if (!dryRun) output.talk('no provider was told: the next obtain of each user issues a new token');
}

function render({ discarded, dryRun }: DiscardedTokens): string {
  return `${discarded} ${discarded === 1 ? 'token' : 'tokens'} ${dryRun ? 'would be ' : ''}discarded`;
}

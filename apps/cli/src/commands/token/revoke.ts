import { MAX_USERS_PER_CALL } from '@immint/contracts';
import type { RevocationState, RevokedTokens, RevokedUser } from '@immint/contracts';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { CliError } from '../../cli-error.ts';
import { addExamples } from '../../examples.ts';
import { EXIT } from '../../exit-code.ts';
import type { ExitCode } from '../../exit-code.ts';
import { renderInstant } from '../../instant.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import type { Paint } from '../../paint.ts';
import { renderTable } from '../../table.ts';
import { revokeAll } from './revoke-all.ts';

interface RevokeFlags {
  readonly bar?: boolean;
  readonly all?: boolean;
}

/** `immint token revoke APP USER_ID…|--all` */
export function addTokenRevoke(token: Command, runner: Runner): void {
  const command = token
    .command('revoke')
    .summary('end the tokens of users')
    .description(
      'Stops handing out the stored tokens of users, then tells the provider to end every token that they obtained before ' +
        'now; it is told again in the background until it has taken it. Connections that are open stay open. The next ' +
        'obtain issues a new token; --bar keeps the users out until `token unbar`. --all does so for every user of the app at ' +
        'once, and a job tells the provider. Ends with 0 if the provider was told, 75 if it will be told later, 1 if it cannot be told.',
    )
    .argument('<app>', 'our name of the app')
    .argument('[user-id...]', 'the users’ ids, as your product writes them')
    .option('--bar', 'also issue nothing for them until `token unbar`')
    .option('--all', 'all users of the app, in place of ids');
  addExamples(command, [
    { does: 'a phone was lost', line: 'immint token revoke rongcloud-demo jlk456j5' },
    { does: 'somebody is to stay out', line: 'immint token revoke rongcloud-demo jlk456j5 --bar' },
    { does: 'everybody, and nobody gets in', line: 'immint token revoke rongcloud-demo --all --bar' },
  ]);
  command.action((app: string, userIds: string[], flags: RevokeFlags) =>
    runner.run(command, (invocation) => revoke(invocation, app, userIds, flags)),
  );
}

async function revoke(
  invocation: Invocation,
  app: string,
  userIds: readonly string[],
  { bar, all }: RevokeFlags,
): Promise<ExitCode> {
  if ((all === true) === userIds.length > 0) {
    throw new CliError('USAGE', 'Name the users whose tokens are to end, or say --all: one of the two.');
  }
  if (all === true) return revokeAll(invocation, app, bar === true);
  const revoked = await callServer(invocation, { progress: 'revoking tokens', changes: true }, async (client) => {
    const answers: RevokedTokens[] = [];
    for (let start = 0; start < userIds.length; start += MAX_USERS_PER_CALL) {
      const part = userIds.slice(start, start + MAX_USERS_PER_CALL);
      answers.push(await client.token.revoke.mutate({ app, userIds: part, ...(bar === true ? { bar } : {}) }));
    }
    return answers;
  });
  const [first] = revoked;
  if (first === undefined) throw new TypeError('at least one part was revoked');
  const users = revoked.flatMap((answer) => answer.users);
  const { output } = invocation;
  output.answer({ ...first, users }, (paint) => render(paint, users));
  output.talk(first.effect);
  const isTold = users.some(({ state }) => state !== null && state !== 'unsupported');
  if (isTold && !first.verified)
    output.warn('no documentation promises that the provider ends the tokens that are out.');
  output.warn('connections that are open stay open until they are cut.');
  return exitCodeOf(users);
}

const WORDS = {
  delivered: 'told',
  pending: 'will be told again',
  failed: 'refuses it',
  unsupported: 'has no call for it',
} as const satisfies Record<RevocationState, string>;

function render(paint: Paint, users: readonly RevokedUser[]): string {
  return renderTable(
    paint,
    ['USER', 'HANDED OUT', 'PROVIDER', 'TOKENS BEFORE', 'BARRED', 'WHY NOT'],
    users.map(({ userId, state, revokedBeforeMs, barred, message }) => [
      userId,
      state === null ? 'nothing was done' : 'no longer',
      state === null ? '' : WORDS[state],
      revokedBeforeMs === null ? '' : renderInstant(revokedBeforeMs),
      barred ? 'yes' : 'no',
      message ?? '',
    ]),
  );
}

function exitCodeOf(users: readonly RevokedUser[]): ExitCode {
  if (users.every(({ state }) => state === 'delivered')) return EXIT.done;
  return users.every(({ state }) => state === 'delivered' || state === 'pending') ? EXIT.tryLater : EXIT.no;
}

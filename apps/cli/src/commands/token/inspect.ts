import type { InspectedToken, InspectTokenInput } from '@immint/contracts';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import { renderInstant } from '../../instant.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import type { Paint } from '../../paint.ts';
import { renderRecord } from '../../table.ts';
import { renderLife } from './render-life.ts';

/** `immint token inspect APP USER_ID` */
export function addTokenInspect(token: Command, runner: Runner): void {
  const command = token
    .command('inspect')
    .summary('what is known of a user’s token, never the token')
    .description(
      'Shows what is known of a user’s stored token, but never the token itself. Asks no provider. ' +
        'Ends with 1 if no token of this user is stored.',
    )
    .argument('<app>', 'our name of the app')
    .argument('<user-id>', 'the user’s id, as your product writes it');
  addExamples(command, [
    { does: 'when was it issued, until when does it live', line: 'immint token inspect easemob-demo jlk456j5' },
  ]);
  command.action((app: string, userId: string) =>
    runner.run(command, (invocation) => inspect(invocation, { app, userId })),
  );
}

async function inspect(invocation: Invocation, input: InspectTokenInput): Promise<void> {
  const options = { progress: `looking up the token of ${input.userId}` };
  const token = await callServer(invocation, options, (client) => client.token.inspect.query(input));
  invocation.output.answer(token, (paint) => render(paint, token));
}

function render(paint: Paint, token: InspectedToken): string {
  return renderRecord(paint, [
    ['app', `${token.app} (${token.provider})`],
    ['user', token.userId],
    ['name', token.name],
    ['avatar', token.avatarUrl ?? 'none'],
    ['good', token.good ? 'yes' : 'no: the next obtain issues a new one'],
    ['revoked', renderRevocation(token)],
    ['barred', token.barred ? 'yes: nothing is issued until `immint token unbar`' : 'no'],
    ['life', renderLife(token)],
    ['issued', renderInstant(token.issuedAtMs)],
    ['handed out', token.lastHandedOutOn ?? 'never'],
    ['generation', String(token.generation)],
    ['secret epoch', String(token.secretEpoch)],
    ['fingerprint', token.fingerprint],
  ]);
}

function renderRevocation({ revoked, revocation }: InspectedToken): string {
  if (revocation === null) return revoked ? 'yes' : 'no';
  const { state, reason, acceptedAtMs, attempts } = revocation;
  const why = reason === null ? '' : `, ${reason} at attempt ${attempts}`;
  return `${revoked ? 'yes' : 'an earlier token'}: ${renderInstant(acceptedAtMs)}, provider: ${state}${why}`;
}

import { KeyId } from '@immint/contracts';
import type { RevokeKeyInput } from '@immint/contracts';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { CliError } from '../../cli-error.ts';
import { addExamples } from '../../examples.ts';
import { renderInstant } from '../../instant.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { renderRecord } from '../../table.ts';
import { renderRights } from './render-key.ts';

/** `immint key revoke ID` */
export function addKeyRevoke(key: Command, runner: Runner): void {
  const command = key
    .command('revoke')
    .summary('stop taking an API key')
    .description('Stops taking an API key, at once and for good. `immint key list` shows the ids.')
    .argument('<id>', 'the id of the key: 12 letters and digits, never the key itself');
  addExamples(command, [{ does: 'one key', line: 'immint key revoke 0aB1cD2eF3gH' }]);
  command.action((id: string) => runner.run(command, (invocation) => revoke(invocation, { id: readKeyId(id) })));
}

/** A whole key in place of its id is refused here: it must not travel where only ids are expected, nor be repeated. */
function readKeyId(id: string): string {
  if (KeyId.safeParse(id).success) return id;
  throw new CliError('USAGE', 'That is no id of a key: it has 12 letters and digits, and `immint key list` shows it.');
}

async function revoke(invocation: Invocation, input: RevokeKeyInput): Promise<void> {
  const revoked = await callServer(invocation, { progress: 'revoking the key', changes: true }, (client) =>
    client.key.revoke.mutate(input),
  );
  invocation.output.answer(revoked, (paint) =>
    renderRecord(paint, [
      ['revoked', revoked.id],
      ['label', revoked.label],
      ['could', renderRights(revoked)],
      ['since', revoked.revokedAtMs === null ? 'not revoked' : renderInstant(revoked.revokedAtMs)],
    ]),
  );
}

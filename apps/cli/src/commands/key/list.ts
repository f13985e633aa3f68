import type { KeyView } from '@immint/contracts';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import { renderInstant } from '../../instant.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import type { Paint } from '../../paint.ts';
import { renderTable } from '../../table.ts';
import { renderRights } from './render-key.ts';

/** `immint key list` */
export function addKeyList(key: Command, runner: Runner): void {
  const command = key
    .command('list')
    .summary('all API keys, never the keys themselves')
    .description('Lists the API keys, revoked ones too: their ids, labels and rights, never the keys themselves.');
  addExamples(command, [{ does: 'all keys', line: 'immint key list' }]);
  command.action(() => runner.run(command, list));
}

async function list(invocation: Invocation): Promise<void> {
  const keys = await callServer(invocation, { progress: 'listing the keys' }, (client) => client.key.list.query());
  invocation.output.answer(keys, (paint) => render(paint, keys));
}

function render(paint: Paint, keys: readonly KeyView[]): string {
  if (keys.length === 0) return '';
  return renderTable(
    paint,
    ['ID', 'LABEL', 'MAY', 'ENDS WITH', 'CREATED', 'BY', 'REVOKED'],
    keys.map((key) => [
      key.id,
      key.label,
      renderRights(key),
      key.lastFour,
      renderInstant(key.createdAtMs),
      key.createdBy,
      key.revokedAtMs === null ? 'no' : renderInstant(key.revokedAtMs),
    ]),
  );
}

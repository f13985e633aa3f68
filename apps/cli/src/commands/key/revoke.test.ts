import { expect, it } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { run } from '../../run.ts';
import { startApiDouble } from '../../testing/api-double.ts';
import { createTestTerminal } from '../../testing/test-terminal.ts';

it('refuses a whole key in place of its id, without sending or repeating it', async () => {
  const server = await startApiDouble();
  const terminal = createTestTerminal();
  const key = `immint_live_0aB1cD2eF3gH_${'m'.repeat(43)}_000000`;

  expect(await run(['key', 'revoke', key, '--url', server.url], terminal)).toBe(EXIT.usage);

  expect(server.calls).toEqual([]);
  expect(terminal.said()).not.toContain('mmmm');
});

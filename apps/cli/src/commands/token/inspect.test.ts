import { expect, it } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { run } from '../../run.ts';
import { INSPECTED } from '../../testing/api-answers.ts';
import { startApiDouble } from '../../testing/api-double.ts';
import { createTestTerminal } from '../../testing/test-terminal.ts';

it('token inspect shows what is known, and says no server: it changes nothing', async () => {
  const server = await startApiDouble();
  const terminal = createTestTerminal();

  expect(await run(['token', 'inspect', 'easemob-demo', 'jlk456j5', '--url', server.url], terminal)).toBe(EXIT.done);

  expect(terminal.written()).toContain('user          jlk456j5\n');
  expect(terminal.written()).toContain('life          expires 2027-01-17T11:06:40Z\n');
  expect(terminal.said()).toBe('');
});

it('token inspect answers with the API’s own document under --json', async () => {
  const server = await startApiDouble();
  const terminal = createTestTerminal();

  await run(['token', 'inspect', 'easemob-demo', 'jlk456j5', '--url', server.url, '--json'], terminal);

  expect(JSON.parse(terminal.written())).toEqual(INSPECTED);
});

import { describe, expect, it } from 'vitest';
import { run } from '../../run.ts';
import { METADATA } from '../../testing/api-answers.ts';
import { startApiDouble } from '../../testing/api-double.ts';
import { createTestTerminal } from '../../testing/test-terminal.ts';

describe('immint token list', () => {
  it('shows a row for each user, and how to go on', async () => {
    const server = await startApiDouble();
    server.answer('token.list', { tokens: [METADATA], nextCursor: 'jlk456j5' });
    const terminal = createTestTerminal();

    await run(['token', 'list', 'easemob-demo', '--limit', '1', '--url', server.url], terminal);

    expect(server.calls[0]?.input).toEqual({ app: 'easemob-demo', limit: 1 });
    expect(terminal.written()).toMatch(/^USER .*\njlk456j5 {2}Ironman {2}yes/);
    expect(terminal.said()).toBe('more: the same command with --cursor jlk456j5\n');
  });

  it('goes on behind a cursor', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal();

    await run(['token', 'list', 'easemob-demo', '--cursor', 'jlk456j5', '--url', server.url], terminal);

    expect(server.calls[0]?.input).toEqual({ app: 'easemob-demo', cursor: 'jlk456j5' });
  });

  it('writes nothing when there is nothing, and says so', async () => {
    const server = await startApiDouble();
    server.answer('token.list', { tokens: [], nextCursor: null });
    const terminal = createTestTerminal();

    await run(['token', 'list', 'easemob-demo', '--url', server.url], terminal);

    expect(terminal.written()).toBe('');
    expect(terminal.said()).toBe('no token is stored\n');
  });
});

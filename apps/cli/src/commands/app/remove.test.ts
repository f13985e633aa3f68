import { describe, expect, it } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { run } from '../../run.ts';
import { startApiDouble } from '../../testing/api-double.ts';
import { createTestTerminal } from '../../testing/test-terminal.ts';

describe('immint app remove', () => {
  it('sends the name twice when it was repeated by --confirm', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal({ piped: '' });

    const exitCode = await run(
      ['app', 'remove', 'nexconn-demo', '--confirm', 'nexconn-demo', '--url', server.url],
      terminal,
    );

    expect(exitCode).toBe(EXIT.done);
    expect(server.calls[0]?.input).toEqual({ app: 'nexconn-demo', confirm: 'nexconn-demo' });
    expect(terminal.written()).toContain('2 went with it');
  });

  it('asks a person to repeat the name', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal();
    const done = run(['app', 'remove', 'nexconn-demo', '--url', server.url], terminal);
    await terminal.until('Repeat its name');
    terminal.type('nexconn-demo\r');

    expect(await done).toBe(EXIT.done);
    expect(server.calls).toHaveLength(1);
  });

  it('removes nothing when another name was repeated', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal();
    const done = run(['app', 'remove', 'nexconn-demo', '--url', server.url], terminal);
    await terminal.until('Repeat its name');
    terminal.type('yes\r');

    expect(await done).toBe(EXIT.usage);
    expect(server.calls).toEqual([]);
  });

  it('says how to agree where nobody can be asked', async () => {
    const terminal = createTestTerminal({ piped: '' });

    expect(await run(['app', 'remove', 'nexconn-demo', '--url', 'http://127.0.0.1:1'], terminal)).toBe(EXIT.usage);

    expect(terminal.said()).toContain('--confirm nexconn-demo');
  });
});

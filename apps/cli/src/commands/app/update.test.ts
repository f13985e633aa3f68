import { describe, expect, it } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { run } from '../../run.ts';
import { startApiDouble } from '../../testing/api-double.ts';
import { createTestTerminal } from '../../testing/test-terminal.ts';

describe('immint app update', () => {
  it('sends what was given and nothing else', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal({ environment: { IMMINT_APP_SECRET: 'not asked for' } });

    await run(['app', 'update', 'easemob-demo', '--no-auto-create-user', '--url', server.url], terminal);

    expect(server.calls[0]?.input).toEqual({ app: 'easemob-demo', settings: { autoCreateUser: false } });
  });

  it('reads the new secret only when it is told where from', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal({ piped: 's3cret\n' });
    const argv = ['app', 'update', 'x', '--base-url', 'http://127.0.0.1:1', '--secret-file', '-', '--drop-tokens'];

    await run([...argv, '--url', server.url], terminal);

    expect(server.calls[0]?.input).toEqual({
      app: 'x',
      baseUrl: 'http://127.0.0.1:1',
      secret: 's3cret',
      dropTokens: true,
    });
  });

  it('sends both domains of a place', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal({ piped: 's3cret\n' });
    const place = ['--base-url', 'http://127.0.0.1:1', '--backup-base-url', 'http://127.0.0.1:2'];

    await run(['app', 'update', 'x', ...place, '--secret-file', '-', '--url', server.url], terminal);

    expect(server.calls[0]?.input).toEqual({
      app: 'x',
      baseUrl: 'http://127.0.0.1:1',
      backupBaseUrl: 'http://127.0.0.1:2',
      secret: 's3cret',
    });
  });

  it('refuses to change nothing', async () => {
    const terminal = createTestTerminal();

    expect(await run(['app', 'update', 'x', '--url', 'http://127.0.0.1:1'], terminal)).toBe(EXIT.usage);
  });
});

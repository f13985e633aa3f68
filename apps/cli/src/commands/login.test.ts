import { existsSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readClientFile, userConfigFile } from '../client-file.ts';
import { EXIT } from '../exit-code.ts';
import { run } from '../run.ts';
import { startApiDouble } from '../testing/api-double.ts';
import { createTestTerminal } from '../testing/test-terminal.ts';

describe('immint login', () => {
  it('remembers a key that the server took, for its owner alone', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal({ piped: 'the-key\n' });

    expect(await run(['login', '--url', server.url, '--json'], terminal)).toBe(EXIT.done);

    const file = userConfigFile(terminal);
    expect(server.calls[0]?.authorization).toBe('Bearer the-key');
    expect(await readClientFile(file)).toEqual({ url: server.url, apiKey: 'the-key' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(terminal.written())).toEqual({ url: server.url, kind: 'admin', file });
  });

  it('asks a person for both', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal();
    const done = run(['login'], terminal);
    await terminal.until('URL of the server');
    terminal.type(`${server.url}\r`);
    await terminal.until('API key: ');
    terminal.type('the-key\r');

    expect(await done).toBe(EXIT.done);
    expect(await readClientFile(userConfigFile(terminal))).toEqual({ url: server.url, apiKey: 'the-key' });
    expect(`${terminal.said()}${terminal.written()}`).not.toContain('the-key');
  });

  it('knows a key for tokens by its not being allowed to list apps', async () => {
    const server = await startApiDouble();
    server.refuse('NOT_ALLOWED');
    const terminal = createTestTerminal({ piped: 'the-key' });

    await run(['login', '--url', server.url, '--json'], terminal);

    expect(JSON.parse(terminal.written())).toMatchObject({ kind: 'token' });
  });

  it('remembers nothing that the server refused', async () => {
    const server = await startApiDouble();
    server.refuse('CREDENTIALS_REFUSED');
    const terminal = createTestTerminal({ piped: 'the-key' });

    expect(await run(['login', '--url', server.url], terminal)).toBe(EXIT.notAllowed);

    expect(existsSync(userConfigFile(terminal))).toBe(false);
  });

  it('does not send the key of the environment to another URL than the one beside it', async () => {
    const server = await startApiDouble();
    const environment = { IMMINT_URL: 'http://127.0.0.1:1', IMMINT_API_KEY: 'for-another' };
    const terminal = createTestTerminal({ piped: 'the-key', environment });

    await run(['login', '--url', server.url], terminal);

    expect(server.calls.map((call) => call.authorization)).toEqual(['Bearer the-key']);
  });
});

import { describe, expect, it } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { run } from '../../run.ts';
import { startApiDouble } from '../../testing/api-double.ts';
import { createTestTerminal } from '../../testing/test-terminal.ts';

const PLACE = ['--base-url', 'http://127.0.0.1:7790'];

describe('immint app add', () => {
  it('sends an account of an App Secret provider with its settings', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal({ piped: 's3cret\n' });
    const settings = ['--user-id-charset', 'legacy', '--token-lifetime', '3600', '--profile-owner', 'elsewhere'];
    const backup = ['--backup-base-url', 'http://127.0.0.1:7791'];
    const argv = ['app', 'add', 'shop', '--provider', 'rongcloud', '--app-key', 'k', ...PLACE, ...backup, ...settings];

    expect(await run([...argv, '--url', server.url], terminal)).toBe(EXIT.done);

    expect(server.calls[0]?.input).toEqual({
      app: 'shop',
      provider: 'rongcloud',
      appKey: 'k',
      secret: 's3cret',
      baseUrl: 'http://127.0.0.1:7790',
      backupBaseUrl: 'http://127.0.0.1:7791',
      settings: { userIdCharset: 'legacy', tokenLifetime: 3600, profileOwner: 'elsewhere' },
    });
    expect(terminal.said()).toContain(`server: ${server.url}\n`);
    expect(`${terminal.said()}${terminal.written()}`).not.toContain('s3cret');
  });

  it('sends an account of Easemob with its settings', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal({ environment: { IMMINT_APP_SECRET: 's3cret' } });
    const account = ['--app-key', 'org#app', '--client-id', 'id', '--data-center', 'china-1'];
    const settings = ['--user-id-case', 'fold', '--no-auto-create-user', '--ttl-unit', 'milliseconds'];
    const more = ['--default-ttl-seconds', '3600', '--allow-permanent-tokens', '--url', server.url];

    await run(['app', 'add', 'chat', '--provider', 'easemob', ...account, ...settings, ...more], terminal);

    expect(server.calls[0]?.input).toEqual({
      app: 'chat',
      provider: 'easemob',
      appKey: 'org#app',
      clientId: 'id',
      secret: 's3cret',
      dataCenter: 'china-1',
      settings: {
        userIdCase: 'fold',
        autoCreateUser: false,
        ttlUnit: 'milliseconds',
        defaultTtlSeconds: 3600,
        allowPermanentTokens: true,
      },
    });
  });

  it.each([
    { flags: ['--provider', 'nexconn', ...PLACE], words: 'give --app-key' },
    { flags: ['--provider', 'nexconn', '--app-key', 'k'], words: 'give --data-center, or --base-url' },
    { flags: ['--provider', 'easemob', '--app-key', 'o#a', ...PLACE], words: 'give --client-id' },
    { flags: ['--provider', 'nexconn', '--app-key', 'k', '--client-id', 'c', ...PLACE], words: 'belongs to easemob' },
    { flags: ['--provider', 'nexconn', '--app-key', 'k', '--ttl-unit', 'seconds', ...PLACE], words: '--ttl-unit' },
    { flags: ['--provider', 'nexconn', '--app-key', 'k', ...PLACE, '--data-center', 'x'], words: '--data-center' },
    {
      flags: [
        '--provider',
        'nexconn',
        '--app-key',
        'k',
        '--data-center',
        'x',
        '--backup-base-url',
        'http://127.0.0.1:1',
      ],
      words: '--backup-base-url',
    },
    {
      flags: ['--provider', 'nexconn', '--app-key', 'k', '--backup-base-url', 'http://127.0.0.1:1'],
      words: '--base-url',
    },
    { flags: ['--app-key', 'k', ...PLACE], words: '--provider' },
  ])('says what is missing or out of place before it asks for a secret: $words', async ({ flags, words }) => {
    const terminal = createTestTerminal();

    expect(await run(['app', 'add', 'x', ...flags, '--url', 'http://127.0.0.1:1'], terminal)).toBe(EXIT.usage);

    expect(terminal.said()).toContain(words);
    expect(terminal.said()).not.toContain('App Secret:');
  });
});

import { describe, expect, it } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { run } from '../../run.ts';
import { TOKEN } from '../../testing/api-answers.ts';
import { startApiDouble } from '../../testing/api-double.ts';
import { createTestTerminal } from '../../testing/test-terminal.ts';

describe('immint token obtain', () => {
  it('prints the token alone, and says on standard error what is known of it', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal({ environment: { IMMINT_URL: server.url, IMMINT_API_KEY: 'key' } });

    expect(await run(['token', 'obtain', 'easemob-demo', 'jlk456j5'], terminal)).toBe(EXIT.done);

    expect(terminal.written()).toBe(`${TOKEN.token}\n`);
    expect(terminal.said()).toBe(
      `server: ${server.url}\nissued by easemob: generation 1, expires 2027-01-17T11:06:40Z, fingerprint fp_abc\n`,
    );
    expect(server.calls).toEqual([
      {
        path: 'token.obtain',
        input: { app: 'easemob-demo', userId: 'jlk456j5' },
        authorization: 'Bearer key',
        timeoutMs: undefined,
      },
    ]);
  });

  it('sends every flag as the field of its name', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal({ piped: 'hunter2\n' });
    const flags = ['--name', 'Ironman', '--avatar-url', 'https://x/y.png', '--ttl-seconds', '60', '--fresh'];
    const more = ['--password-prompt', '--timeout-ms', '2500', '--url', server.url];

    await run(['token', 'obtain', 'easemob-demo', 'jlk456j5', ...flags, ...more], terminal);

    expect(server.calls[0]).toMatchObject({
      input: {
        app: 'easemob-demo',
        userId: 'jlk456j5',
        name: 'Ironman',
        avatarUrl: 'https://x/y.png',
        ttlSeconds: 60,
        fresh: true,
        password: 'hunter2',
      },
      timeoutMs: '2500',
    });
    expect(terminal.said()).not.toContain('hunter2');
  });

  it('answers with the API’s own document under --json, and says nothing under --quiet', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal();

    await run(['token', 'obtain', 'easemob-demo', 'jlk456j5', '--json', '--quiet', '--url', server.url], terminal);

    expect(JSON.parse(terminal.written())).toEqual(TOKEN);
    expect(terminal.said()).toBe('');
  });

  it.each([
    [{ lifetime: 'permanent', expiresAtMs: null, source: 'stored' }, 'stored: generation 1, permanent'],
    [{ lifetime: 'unknown', expiresAtMs: null, source: 'stored' }, 'stored: generation 1, expiry unknown'],
  ] as const)('says how long the token lives: %j', async (facts, words) => {
    const server = await startApiDouble();
    server.answer('token.obtain', { ...TOKEN, ...facts });
    const terminal = createTestTerminal();

    await run(['token', 'obtain', 'easemob-demo', 'jlk456j5', '--url', server.url], terminal);

    expect(terminal.said()).toContain(words);
  });

  it('asks for the password without showing it', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal();
    const done = run(['token', 'obtain', 'easemob-demo', 'u', '--password-prompt', '--url', server.url], terminal);
    await terminal.until('password: ');
    terminal.type('hunter2\r');

    expect(await done).toBe(EXIT.done);
    expect(server.calls[0]?.input).toMatchObject({ password: 'hunter2' });
    expect(terminal.said()).not.toContain('hunter2');
  });

  it('is ended by Ctrl-C at the prompt, with nothing sent', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal();
    const done = run(['token', 'obtain', 'easemob-demo', 'u', '--password-prompt', '--url', server.url], terminal);
    await terminal.until('password: ');
    terminal.type('\u0003');

    expect(await done).toBe(EXIT.interrupted);
    expect(server.calls).toEqual([]);
  });

  it('says where a key was left that belongs to another URL', async () => {
    const server = await startApiDouble();
    server.refuse('CREDENTIALS_MISSING');
    const environment = { IMMINT_URL: 'http://127.0.0.1:1', IMMINT_API_KEY: 'hunter2' };
    const terminal = createTestTerminal({ environment });

    expect(await run(['token', 'obtain', 'easemob-demo', 'u', '--url', server.url], terminal)).toBe(EXIT.notAllowed);

    expect(server.calls[0]?.authorization).toBeUndefined();
    expect(terminal.said()).toContain('The key in IMMINT_API_KEY is for another URL');
  });
});

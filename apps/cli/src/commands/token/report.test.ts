import { describe, expect, it } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { run } from '../../run.ts';
import { TOKEN } from '../../testing/api-answers.ts';
import { startApiDouble } from '../../testing/api-double.ts';
import { createTestTerminal } from '../../testing/test-terminal.ts';

const about = ['token', 'report', 'easemob-demo', 'jlk456j5'];

describe('immint token report', () => {
  it('prints the good token alone, and says on standard error what is known of it', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal();

    const exitCode = await run([...about, '--fingerprint', 'fp_old', '--code', '108', '--url', server.url], terminal);

    expect(exitCode).toBe(EXIT.done);
    expect(terminal.written()).toBe(`${TOKEN.token}\n`);
    expect(terminal.said()).toContain('issued by easemob: generation 1');
    expect(server.calls[0]).toMatchObject({
      path: 'token.report',
      input: { app: 'easemob-demo', userId: 'jlk456j5', fingerprint: 'fp_old', providerCode: 108 },
    });
  });

  it('takes the refused token from standard input, and repeats it nowhere', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal({ piped: 'the-refused-token\n' });

    await run([...about, '--token-stdin', '--code', '-1', '--url', server.url], terminal);

    expect(server.calls[0]?.input).toEqual({
      app: 'easemob-demo',
      userId: 'jlk456j5',
      token: 'the-refused-token',
      providerCode: -1,
    });
    expect(terminal.said() + terminal.written()).not.toContain('the-refused-token');
  });

  it.each([[[]], [['--token-stdin', '--fingerprint', 'fp_old']]])(
    'wants the refused token named in one way, not %j',
    async (flags) => {
      const server = await startApiDouble();
      const terminal = createTestTerminal({ piped: 'the-refused-token' });

      expect(await run([...about, ...flags, '--url', server.url], terminal)).toBe(EXIT.usage);

      expect(terminal.said()).toContain('--token-stdin, or --fingerprint');
      expect(server.calls).toEqual([]);
    },
  );

  it('ends with the answer no, and what helps, where the code is not about the token', async () => {
    const server = await startApiDouble();
    server.refuse('REPORT_NOT_ABOUT_TOKEN', { message: 'Code 206 says that the user logged in on another device.' });
    const terminal = createTestTerminal();

    const exitCode = await run([...about, '--fingerprint', 'fp_old', '--code', '206', '--url', server.url], terminal);

    expect(exitCode).toBe(EXIT.no);
    expect(terminal.said()).toContain('another device');
    expect(terminal.written()).toBe('');
  });

  it('refuses a token that is given as an argument', async () => {
    const terminal = createTestTerminal();

    expect(await run([...about, '--token', 'the-refused-token'], terminal)).toBe(EXIT.usage);

    expect(terminal.said()).not.toContain('the-refused-token');
  });
});

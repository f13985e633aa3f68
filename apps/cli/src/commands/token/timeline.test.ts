import { describe, expect, it } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { run } from '../../run.ts';
import { TIMELINE } from '../../testing/api-answers.ts';
import { startApiDouble } from '../../testing/api-double.ts';
import { createTestTerminal } from '../../testing/test-terminal.ts';

const timeline = ['token', 'timeline', 'easemob-demo', 'jlk456j5'];

describe('immint token timeline', () => {
  it('tells what happened, when and by whom, newest last, and how it stands now', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal();

    expect(await run([...timeline, '--url', server.url], terminal)).toBe(EXIT.done);

    expect(terminal.written()).toBe(
      [
        'WHEN                  WHO           WHAT',
        '2026-11-18T11:06:40Z  0aB1cD2eF3gH  The provider gave generation 1 (fp_abc), the first of this user.',
        '2026-11-18T11:07:40Z  0aB1cD2eF3gH  The user’s tokens were revoked: none from before is handed out.',
        '',
        'NOW',
        'No token is stored.',
        '',
      ].join('\n'),
    );
    expect(terminal.said()).toBe('');
  });

  it('asks for a part, and says how to see what was before', async () => {
    const server = await startApiDouble();
    server.answer('token.timeline', { ...TIMELINE, nextCursor: '12.1795000000000' });
    const terminal = createTestTerminal();

    await run([...timeline, '--limit', '2', '--cursor', '20.1', '--url', server.url], terminal);

    expect(server.calls[0]?.input).toEqual({ app: 'easemob-demo', userId: 'jlk456j5', limit: 2, cursor: '20.1' });
    expect(terminal.said()).toContain('--cursor 12.1795000000000');
  });

  it('says of an unknown user that nothing was done', async () => {
    const server = await startApiDouble();
    server.answer('token.timeline', { ...TIMELINE, events: [] });
    const terminal = createTestTerminal();

    await run([...timeline, '--url', server.url], terminal);

    expect(terminal.written()).toContain('Nothing was done about this user.');
  });

  it('answers with the API’s own document under --json', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal();

    await run([...timeline, '--json', '--url', server.url], terminal);

    expect(JSON.parse(terminal.written())).toEqual(TIMELINE);
  });
});

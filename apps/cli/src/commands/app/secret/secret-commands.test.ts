import { describe, expect, it } from 'vitest';
import { EXIT } from '../../../exit-code.ts';
import { run } from '../../../run.ts';
import { APP, SHOWN_APP } from '../../../testing/api-answers.ts';
import { startApiDouble } from '../../../testing/api-double.ts';
import { createTestTerminal } from '../../../testing/test-terminal.ts';

describe('immint app secret', () => {
  it.each([
    ['stage', 'stageSecret'],
    ['correct', 'correctSecret'],
  ])('%s sends the secret that came on standard input', async (verb, procedure) => {
    const server = await startApiDouble();
    const terminal = createTestTerminal({ piped: 's3cret\n', environment: { IMMINT_APP_SECRET: 'not asked for' } });

    expect(await run(['app', 'secret', verb, 'x', '--url', server.url], terminal)).toBe(EXIT.done);

    expect(server.calls[0]).toMatchObject({ path: `app.${procedure}`, input: { app: 'x', secret: 's3cret' } });
    expect(terminal.written() + terminal.said()).not.toContain('s3cret');
  });

  it('stage says how to go on', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal({ piped: 's3cret\n' });

    await run(['app', 'secret', 'stage', 'rongcloud-demo', '--url', server.url], terminal);

    expect(terminal.said()).toContain('immint app secret cutover rongcloud-demo');
  });

  it.each(['stage', 'correct'])('%s refuses an empty secret, and one in an argument', async (verb) => {
    const empty = createTestTerminal({ piped: '' });
    const shown = createTestTerminal();

    expect(await run(['app', 'secret', verb, 'x', '--url', 'http://127.0.0.1:1'], empty)).toBe(EXIT.usage);
    expect(await run(['app', 'secret', verb, 'x', '--secret', 's3cret'], shown)).toBe(EXIT.usage);

    expect(shown.written() + shown.said()).not.toContain('s3cret');
  });

  it('cutover says since when the new secret is in force, and how many tokens that ended', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal();

    expect(await run(['app', 'secret', 'cutover', 'rongcloud-demo', '--url', server.url], terminal)).toBe(EXIT.done);

    expect(server.calls[0]).toMatchObject({ path: 'app.cutOverSecret', input: { app: 'rongcloud-demo' } });
    expect(terminal.written()).toMatch(/in force since 20\d\d-/);
    expect(terminal.written()).toContain('3 ended; issued anew as their users ask, and by job 7');
  });

  it.each([
    ['CUT_OVER_UNDONE', EXIT.configuration],
    ['CUT_OVER_UNANSWERED', EXIT.tryLater],
    ['CUT_OVER_IN_PROGRESS', EXIT.tryLater],
    ['SECRET_NOT_STAGED', EXIT.inputRefused],
  ] as const)('cutover ends with the exit code of %s', async (reason, exitCode) => {
    const server = await startApiDouble();
    server.refuse(reason);
    const terminal = createTestTerminal();

    expect(await run(['app', 'secret', 'cutover', 'x', '--url', server.url], terminal)).toBe(exitCode);
  });

  it('abort drops the staged one', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal();

    expect(await run(['app', 'secret', 'abort', 'x', '--url', server.url], terminal)).toBe(EXIT.done);

    expect(server.calls[0]).toMatchObject({ path: 'app.abortSecret', input: { app: 'x' } });
  });
});

describe('immint app show', () => {
  const shown = async (secretRotation: typeof APP.secretRotation): Promise<string> => {
    const server = await startApiDouble();
    server.answer('app.show', { ...SHOWN_APP, secretRotation });
    const terminal = createTestTerminal();
    expect(await run(['app', 'show', 'easemob-demo', '--url', server.url], terminal)).toBe(EXIT.done);
    return terminal.written();
  };
  const sinceMs = Date.parse('2026-11-22T09:00:00Z');

  it('says nothing of a secret that nobody changes', async () => {
    expect(await shown(APP.secretRotation)).not.toMatch(/next secret|cut-over|cutting over|ended tokens/);
  });

  it('says since when the next secret waits', async () => {
    expect(await shown({ ...APP.secretRotation, stagedAtMs: sinceMs })).toMatch(
      /next secret +staged 2026-11-22T09:00:00Z/,
    );
  });

  it('says since when it is open which secret is in force, and why', async () => {
    const cuttingOver = { sinceMs, attempts: 3, lastFailure: 'PROVIDER_TIMEOUT' } as const;
    const text = await shown({ ...APP.secretRotation, stagedAtMs: sinceMs, cuttingOver });
    expect(text).toMatch(/cutting over +since 2026-11-22T09:00:00Z, attempt 3, PROVIDER_TIMEOUT/);
    expect(text).not.toContain('next secret');
  });

  it('says what the last cut-over came to, and how many tokens it ended', async () => {
    const lastCutOver = { result: 'new-secret-refused', endedAtMs: sinceMs } as const;
    const text = await shown({ ...APP.secretRotation, lastCutOver, tokensOfEarlierSecrets: 7 });
    expect(text).toMatch(/last cut-over +2026-11-22T09:00:00Z, undone: the provider refused the new secret/);
    expect(text).toMatch(/ended tokens +7 of an earlier secret/);
  });
});

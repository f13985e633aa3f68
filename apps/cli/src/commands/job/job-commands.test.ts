import { describe, expect, it } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { run } from '../../run.ts';
import { JOB } from '../../testing/api-answers.ts';
import { startApiDouble } from '../../testing/api-double.ts';
import { createTestTerminal } from '../../testing/test-terminal.ts';

const PAUSED = {
  ...JOB,
  state: 'paused',
  pausedBecause: 'CAP_REACHED',
  message: 'Raise it.',
  cap: 2,
  items: 5,
  counts: { ...JOB.counts, waiting: 3 },
  estimatedMs: 90_000,
  finishedAtMs: null,
};

describe('immint job', () => {
  it('lists jobs with how far they are, and says how to go on', async () => {
    const server = await startApiDouble();
    server.answer('job.list', { jobs: [PAUSED], nextCursor: 7 });
    const terminal = createTestTerminal();

    await run(['job', 'list', '--app', 'rongcloud-demo', '--limit', '1', '--url', server.url], terminal);

    expect(server.calls[0]?.input).toEqual({ app: 'rongcloud-demo', limit: 1 });
    expect(terminal.written()).toMatch(/7 +rongcloud-demo +bulk +paused: CAP_REACHED +2 of 5 +0/);
    expect(terminal.said()).toBe('more: the same command with --cursor 7\n');
  });

  it('shows why a job is paused, and how long the rest takes at least', async () => {
    const server = await startApiDouble();
    server.answer('job.show', PAUSED);
    const terminal = createTestTerminal();

    expect(await run(['job', 'show', '7', '--url', server.url], terminal)).toBe(EXIT.done);

    expect(terminal.written()).toContain('state          paused: CAP_REACHED\nwhy            Raise it.\n');
    expect(terminal.written()).toContain('waiting        3, at least 1 min 30 s\n');
    expect(terminal.written()).toContain('calls          2 of at most 2\n');
  });

  it('goes on showing with --watch, and ends as the job does', async () => {
    const server = await startApiDouble();
    server.answer('job.watch', PAUSED);

    expect(await run(['job', 'show', '7', '--watch', '--url', server.url], createTestTerminal())).toBe(EXIT.tryLater);
  });

  it('stops watching at Ctrl-C, and says that the job goes on', async () => {
    const server = await startApiDouble();
    server.answer('job.watch', { ...PAUSED, state: 'running', pausedBecause: null, message: null });
    server.answer('job.show', { ...PAUSED, state: 'running', pausedBecause: null, message: null });
    const terminal = createTestTerminal({ isTerminal: true });
    const done = run(['job', 'show', '7', '--watch', '--url', server.url], terminal);
    await terminal.until('40 %');
    terminal.stop();

    expect(await done).toBe(EXIT.interrupted);
    expect(terminal.said()).toContain('the job goes on: `immint job show 7 --watch`');
  });

  it('lists what became of each user, of one state or of all', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal();

    await run(['job', 'items', '7', '--state', 'failed', '--cursor', '1', '--url', server.url], terminal);

    expect(server.calls[0]?.input).toEqual({ job: 7, state: 'failed', cursor: 1 });
    expect(terminal.written()).toMatch(/2 +u2 +failed +1 +USER_BANNED +The provider has banned this user/);
  });

  it.each([
    [['pause', '7'], 'job.pause', { job: 7 }],
    [['resume', '7', '--cap', '20'], 'job.resume', { job: 7, cap: 20 }],
    [['cancel', '7'], 'job.cancel', { job: 7 }],
  ])('%j calls %s', async (args, path, input) => {
    const server = await startApiDouble();

    expect(await run(['job', ...args, '--url', server.url], createTestTerminal())).toBe(EXIT.done);

    expect(server.calls[0]).toMatchObject({ path, input });
  });

  it('refuses what is no number of a job before it calls', async () => {
    const server = await startApiDouble();

    expect(await run(['job', 'show', '0', '--url', server.url], createTestTerminal())).toBe(EXIT.usage);

    expect(server.calls).toEqual([]);
  });
});

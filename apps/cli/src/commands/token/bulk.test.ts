import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AddJobItemsInput } from '@immint/contracts';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { run } from '../../run.ts';
import { JOB } from '../../testing/api-answers.ts';
import { startApiDouble } from '../../testing/api-double.ts';
import { createTestTerminal } from '../../testing/test-terminal.ts';

const bulk = ['token', 'bulk', 'rongcloud-demo'];

describe('immint token bulk', () => {
  it('makes a job, brings the users to it in pages, lets it begin, and shows what it came to', async () => {
    const server = await startApiDouble();
    const lines = Array.from({ length: 1_100 }, (_, index) => `u${index + 1},Name ${index + 1}`);
    const terminal = createTestTerminal({ piped: `userId,name\n${lines.join('\n')}\n` });

    expect(await run([...bulk, '--file', '-', '--cap', '5000', '--url', server.url], terminal)).toBe(EXIT.done);

    expect(server.calls.map(({ path }) => path)).toEqual(
      ['create', 'addItems', 'addItems', 'addItems', 'start', 'watch'].map((verb) => `job.${verb}`),
    );
    expect(server.calls[0]?.input).toEqual({ app: 'rongcloud-demo', cap: 5_000 });
    const added = server.calls.slice(1, 4).map(({ input }) => AddJobItemsInput.parse(input).items);
    expect(added.map((items) => items.length)).toEqual([500, 500, 100]);
    expect(added[2]?.at(-1)).toEqual({ number: 1_100, userId: 'u1100', name: 'Name 1100' });
    expect(terminal.written()).toContain('issued         2\n');
    expect(terminal.said()).toContain('job 7 is under way');
  });

  it('keeps every page below what one call may bring', async () => {
    const server = await startApiDouble();
    const lines = Array.from({ length: 200 }, (_, index) => `u${index},${'n'.repeat(1_000)}`);
    const terminal = createTestTerminal({ piped: `userId,name\n${lines.join('\n')}\n` });

    await run([...bulk, '--file', '-', '--url', server.url], terminal);

    const sizes = server.calls
      .filter(({ path }) => path === 'job.addItems')
      .map(({ input }) => JSON.stringify(input).length);
    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThan(64 * 1_024);
  });

  it('goes on with an upload that was cut off, from its last page on', async () => {
    const server = await startApiDouble();
    server.answer('job.show', { ...JOB, state: 'filling', items: 700 });
    const lines = Array.from({ length: 1_100 }, (_, index) => `u${index + 1}`);
    const terminal = createTestTerminal();
    writeFileSync(join(terminal.directory, 'users.csv'), `userId\n${lines.join('\n')}\n`);

    await run([...bulk, '--file', 'users.csv', '--job', '7', '--url', server.url], terminal);

    expect(server.calls[1]?.input).toMatchObject({
      job: 7,
      items: expect.arrayContaining([{ number: 201, userId: 'u201' }]),
    });
    expect(server.calls.map(({ path }) => path)).toContain('job.start');
  });

  it.each([
    [{ state: 'done', counts: { ...JOB.counts, issued: 1, failed: 1 } }, EXIT.no, 'u2: The provider has banned'],
    [{ state: 'cancelled' }, EXIT.no, ''],
    [{ state: 'paused', pausedBecause: 'CAP_REACHED', message: 'Raise it.', finishedAtMs: null }, EXIT.tryLater, ''],
    [
      { state: 'paused', pausedBecause: 'PROVIDER_USER_LIMIT_REACHED', message: 'Full.', finishedAtMs: null },
      EXIT.configuration,
      '',
    ],
    [{ counts: { ...JOB.counts, duplicates: 3 } }, EXIT.done, '3 users are named more than once'],
  ])('of a job that ends as %j ends with %i', async (changes, exitCode, said) => {
    const server = await startApiDouble();
    server.answer('job.watch', { ...JOB, ...changes });
    const terminal = createTestTerminal({ piped: 'userId\nu1\nu2\n' });

    expect(await run([...bulk, '--file', '-', '--url', server.url], terminal)).toBe(exitCode);

    expect(terminal.said()).toContain(said);
  });

  it('resumes a paused job without a file, and answers with the API’s own document under --json', async () => {
    const server = await startApiDouble();
    server.answer('job.show', { ...JOB, state: 'paused', pausedBecause: 'CAP_REACHED', finishedAtMs: null });
    const terminal = createTestTerminal();

    expect(await run([...bulk, '--job', '7', '--cap', '9', '--json', '--url', server.url], terminal)).toBe(EXIT.done);

    expect(server.calls[1]).toMatchObject({ path: 'job.resume', input: { job: 7, cap: 9 } });
    expect(JSON.parse(terminal.written())).toEqual(JOB);
  });

  it('says what it would do, and does nothing', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal({ piped: 'userId\nu1\nu2\n' });

    expect(await run([...bulk, '--file', '-', '--dry-run', '--json', '--url', server.url], terminal)).toBe(EXIT.done);

    expect(server.calls.map(({ path }) => path)).toEqual(['job.preview']);
    expect(JSON.parse(terminal.written())).toEqual({
      app: 'rongcloud-demo',
      dryRun: true,
      users: 2,
      issue: 1,
      keep: 1,
      refuse: 0,
      duplicates: 0,
    });
  });

  it('shows a bar on a terminal, and nothing of it under --quiet', async () => {
    const server = await startApiDouble();
    const shown = createTestTerminal({ isTerminal: true, piped: 'userId\nu1\n' });
    const quiet = createTestTerminal({ isTerminal: true, piped: 'userId\nu1\n' });

    await run([...bulk, '--file', '-', '--url', server.url], shown);
    await run([...bulk, '--file', '-', '--quiet', '--url', server.url], quiet);

    expect(shown.said()).toContain('[========================] 100 % of 2 users: 2 issued');
    expect(quiet.said()).toBe('');
  });

  it('refuses what cannot be done before it calls', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal();

    expect(await run([...bulk, '--url', server.url], terminal)).toBe(EXIT.usage);
    expect(await run([...bulk, '--job', '7', '--dry-run', '--url', server.url], terminal)).toBe(EXIT.usage);
    expect(await run([...bulk, '--job', 'seven', '--url', server.url], terminal)).toBe(EXIT.usage);

    expect(server.calls).toEqual([]);
  });
});

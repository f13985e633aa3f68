import { describe, expect, it } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { run } from '../../run.ts';
import { startApiDouble } from '../../testing/api-double.ts';
import { createTestTerminal } from '../../testing/test-terminal.ts';

const discard = ['token', 'discard', 'rongcloud-demo'];

describe('immint token discard', () => {
  it.each([
    [['u1', 'u2'], { userIds: ['u1', 'u2'] }],
    [['--all'], { all: true }],
    [['--issued-before', '2026-11-24T12:00:00+08:00'], { issuedBeforeMs: Date.UTC(2026, 10, 24, 4) }],
    [['--all', '--dry-run'], { all: true, dryRun: true }],
  ])('%j is what it says', async (args, input) => {
    const server = await startApiDouble();
    const terminal = createTestTerminal();

    expect(await run([...discard, ...args, '--url', server.url], terminal)).toBe(EXIT.done);

    expect(server.calls.map((call) => call.input)).toEqual([{ app: 'rongcloud-demo', ...input }]);
  });

  it.each([[[]], [['u1', '--all']], [['--all', '--issued-before', '2026-11-24T12:00:00Z']]])(
    'wants what to discard in one way, not %j',
    async (args) => {
      const server = await startApiDouble();
      const terminal = createTestTerminal();

      expect(await run([...discard, ...args, '--url', server.url], terminal)).toBe(EXIT.usage);

      expect(terminal.said()).toContain('in one way');
      expect(server.calls).toEqual([]);
    },
  );

  it.each(['yesterday', '2026-11-24', '2026-11-24T12:00:00', '2026-13-24T12:00:00Z'])(
    'does not guess what time %j is',
    async (time) => {
      const terminal = createTestTerminal();
      expect(await run([...discard, '--issued-before', time], terminal)).toBe(EXIT.usage);
      expect(terminal.said()).toContain('a time with its zone');
    },
  );

  it('says how many were discarded, and that no provider was told', async () => {
    const server = await startApiDouble();
    server.answer('token.discard', { app: 'rongcloud-demo', discarded: 17, dryRun: false });
    const terminal = createTestTerminal();

    await run([...discard, '--all', '--url', server.url], terminal);

    expect(terminal.written()).toBe('17 tokens discarded\n');
    expect(terminal.said()).toContain('no provider was told');
  });

  it('says of a dry run only what would be', async () => {
    const server = await startApiDouble();
    server.answer('token.discard', { app: 'rongcloud-demo', discarded: 1, dryRun: true });
    const terminal = createTestTerminal();

    await run([...discard, '--all', '--dry-run', '--url', server.url], terminal);

    expect(terminal.written()).toBe('1 token would be discarded\n');
    expect(terminal.said()).toBe('');
  });

  it('names more users than one call takes in several calls, and counts them together', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal();
    const userIds = Array.from({ length: 501 }, (_, index) => `u${index}`);

    await run([...discard, ...userIds, '--json', '--url', server.url], terminal);

    expect(server.calls).toHaveLength(2);
    expect(JSON.parse(terminal.written())).toEqual({ app: 'rongcloud-demo', discarded: 2, dryRun: false });
  });
});

import { describe, expect, it } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { run } from '../../run.ts';
import { CREATED_KEY } from '../../testing/api-answers.ts';
import { startApiDouble } from '../../testing/api-double.ts';
import { createTestTerminal } from '../../testing/test-terminal.ts';

describe('immint key create', () => {
  it.each([
    { flags: ['--admin'], input: { kind: 'admin', label: 'x' } },
    { flags: ['--app', 'a', 'b'], input: { kind: 'token', label: 'x', apps: ['a', 'b'] } },
    { flags: ['--app', 'a', '--app', 'b'], input: { kind: 'token', label: 'x', apps: ['a', 'b'] } },
  ])('prints the key alone: $flags', async ({ flags, input }) => {
    const server = await startApiDouble();
    const terminal = createTestTerminal();

    expect(await run(['key', 'create', '--label', 'x', ...flags, '--url', server.url], terminal)).toBe(EXIT.done);

    expect(server.calls[0]?.input).toEqual(input);
    expect(terminal.written()).toBe(`${CREATED_KEY.key}\n`);
    expect(terminal.said()).not.toContain(CREATED_KEY.key);
  });

  it('asks what the key is for', async () => {
    const terminal = createTestTerminal();

    expect(await run(['key', 'create', '--label', 'x'], terminal)).toBe(EXIT.usage);

    expect(terminal.said()).toContain('--admin, or --app');
  });
});

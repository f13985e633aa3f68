import { describe, expect, it } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { run } from '../../run.ts';
import { CHECK } from '../../testing/api-answers.ts';
import { startApiDouble } from '../../testing/api-double.ts';
import { createTestTerminal } from '../../testing/test-terminal.ts';

describe('immint app check', () => {
  it('ends with 0 when all is well', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal();

    expect(await run(['app', 'check', 'easemob-demo', '--url', server.url], terminal)).toBe(EXIT.done);

    expect(terminal.written()).toMatch(/^ok\n/);
    // Which of the two domains answered is not told, so none is said to have been called.
    expect(terminal.written()).toContain(`where  ${CHECK.baseUrl}`);
    expect(terminal.written()).toContain('40 ms behind ours');
  });

  it.each([
    ['PROVIDER_CREDENTIALS_REFUSED', EXIT.configuration],
    ['PROVIDER_UNREACHABLE', EXIT.unreachable],
    ['PROVIDER_BROKE_CONTRACT', EXIT.brokeContract],
  ] as const)('ends with the exit code of what is wrong: %s', async (reason, exitCode) => {
    const server = await startApiDouble();
    const report = { ...CHECK, ok: false, reason, message: 'Mend it.', clockSkewMs: null };
    server.answer('app.check', report);
    const words = createTestTerminal();
    const document = createTestTerminal();

    expect(await run(['app', 'check', 'easemob-demo', '--url', server.url], words)).toBe(exitCode);
    expect(await run(['app', 'check', 'easemob-demo', '--json', '--url', server.url], document)).toBe(exitCode);

    expect(words.written()).toMatch(new RegExp(`^${reason}\\n`));
    expect(words.written()).toMatch(/^says +Mend it\.$/m);
    expect(JSON.parse(document.written())).toEqual(report);
  });
});

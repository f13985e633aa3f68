import { describe, expect, it } from 'vitest';
import { EXIT } from '../exit-code.ts';
import { run } from '../run.ts';
import { createTestTerminal } from '../testing/test-terminal.ts';

/** The sample secret and signature of RongCloud's own documentation. */
const DOCUMENTED = {
  secret: 'Y1W2MeFwwwRxa0',
  argv: ['--app-key', 'uwd1c0sxdlx2', '--nonce', '14314', '--timestamp', '1408710653000'],
  signature: '30be0bbca9c9b2e27578701e9fda2358a814c88f',
};

describe('immint sign', () => {
  it.each(['rongcloud', 'nexconn'])('prints the four headers of a call to %s', async (provider) => {
    const terminal = createTestTerminal({ piped: `${DOCUMENTED.secret}\n` });

    expect(await run(['sign', provider, ...DOCUMENTED.argv], terminal)).toBe(EXIT.done);

    expect(terminal.written()).toBe(
      `App-Key: uwd1c0sxdlx2\nNonce: 14314\nTimestamp: 1408710653000\nSignature: ${DOCUMENTED.signature}\n`,
    );
    expect(terminal.said()).toBe('');
  });

  it('answers with the headers as a document under --json', async () => {
    const terminal = createTestTerminal({ piped: DOCUMENTED.secret });

    await run(['sign', 'rongcloud', ...DOCUMENTED.argv, '--json'], terminal);

    expect(JSON.parse(terminal.written())).toEqual({
      headers: {
        'App-Key': 'uwd1c0sxdlx2',
        Nonce: '14314',
        Timestamp: '1408710653000',
        Signature: DOCUMENTED.signature,
      },
    });
  });

  it('takes a new nonce and the clock when none is given', async () => {
    const terminal = createTestTerminal({ piped: DOCUMENTED.secret, nowMs: 1_795_000_000_123 });

    await run(['sign', 'rongcloud', '--app-key', 'k'], terminal);

    expect(terminal.written()).toMatch(/\nNonce: \w{1,18}\nTimestamp: 1795000000123\n/);
  });

  it('explains on standard error, under --quiet too, and never shows the secret', async () => {
    const terminal = createTestTerminal({ piped: DOCUMENTED.secret });

    await run(['sign', 'rongcloud', ...DOCUMENTED.argv, '--explain', '--quiet'], terminal);

    expect(terminal.said()).toContain('[secret]143141408710653000');
    expect(terminal.said()).toContain(DOCUMENTED.signature);
    expect(`${terminal.said()}${terminal.written()}`).not.toContain(DOCUMENTED.secret);
  });

  it('refuses a nonce that is too long', async () => {
    const terminal = createTestTerminal({ piped: DOCUMENTED.secret });

    expect(await run(['sign', 'rongcloud', '--app-key', 'k', '--nonce', 'x'.repeat(19)], terminal)).toBe(EXIT.usage);
  });

  it('says that Easemob has no signature, without asking for a secret', async () => {
    const terminal = createTestTerminal();

    expect(await run(['sign', 'easemob', '--app-key', 'o#a'], terminal)).toBe(EXIT.usage);

    expect(terminal.said()).toContain('Bearer <app token>');
  });
});

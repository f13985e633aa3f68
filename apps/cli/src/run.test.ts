import { REASONS } from '@immint/contracts';
import { describe, expect, it } from 'vitest';
import { EXIT, EXIT_CODE_BY_REASON } from './exit-code.ts';
import { run } from './run.ts';
import { startApiDouble } from './testing/api-double.ts';
import { createTestTerminal } from './testing/test-terminal.ts';

const OBTAIN = ['token', 'obtain', 'easemob-demo', 'jlk456j5'];

describe('a command line that is not one', () => {
  it.each([
    { argv: ['token', 'obtin'], words: ['unknown command', 'obtain', '`immint token --help`'] },
    { argv: ['token', 'obtain', 'easemob-demo'], words: ['user-id', '`immint token obtain --help`'] },
    { argv: [...OBTAIN, '--colour'], words: ['unknown option', '--colour'] },
    { argv: [...OBTAIN, '--ttl-seconds', 'soon'], words: ['--ttl-seconds', 'whole number'] },
    { argv: ['app', 'add', 'x', '--provider', 'icq'], words: ['rongcloud, nexconn, easemob'] },
    { argv: ['serve', '--port', '70000'], words: ['0 to 65535'] },
    { argv: ['key', 'create', '--label', 'x', '--admin', '--app', 'y'], words: ['--admin', '--app'] },
    { argv: ['token', 'list', 'easemob-demo', '--url', 'ftp://x'], words: ['http://'] },
    { argv: ['token', 'list', 'easemob-demo', '--url', 'http://me:hunter2@x'], words: ['host, port and path'] },
  ])('ends with 64 and says what would be one: $argv', async ({ argv, words }) => {
    const terminal = createTestTerminal();

    expect(await run(argv, terminal)).toBe(EXIT.usage);

    expect(terminal.written()).toBe('');
    for (const word of words) expect(terminal.said()).toContain(word);
    expect(terminal.said()).not.toContain('hunter2');
  });

  it.each([
    { argv: [...OBTAIN, 'hunter2'] },
    { argv: [...OBTAIN, '--colour=hunter2'] },
    { argv: [...OBTAIN, '--password=hunter2'] },
    { argv: [...OBTAIN, '--password', 'hunter2'] },
    { argv: [...OBTAIN, '--api-key', 'hunter2'] },
    { argv: ['login', '--key', 'hunter2'] },
    { argv: ['login', '--token=hunter2'] },
    { argv: ['app', 'add', 'x', '--app-secret', 'hunter2'] },
    { argv: ['app', 'update', 'x', '--client-secret=hunter2'] },
    { argv: ['sign', 'rongcloud', '--app-key', 'k', '--secret', 'hunter2'] },
    { argv: ['sign', 'rongcloud', '--app-key', 'k', '--secret-file', 'hunter2'] },
  ])('never repeats what may be a secret: $argv', async ({ argv }) => {
    const terminal = createTestTerminal({ piped: '' });

    expect([EXIT.usage, EXIT.inputRefused]).toContain(await run(argv, terminal));

    expect(terminal.said()).not.toBe('');
    expect(`${terminal.written()}${terminal.said()}`).not.toContain('hunter2');
  });

  it('shows what there is when a noun has no verb', async () => {
    const terminal = createTestTerminal();

    expect(await run(['token'], terminal)).toBe(EXIT.usage);

    expect(terminal.said()).toContain('obtain');
  });
});

describe('help', () => {
  it.each([[['--help']], [['app', '--help']], [['app', 'add', '--help']], [['--version']]])(
    'goes to standard output and ends with 0: %j',
    async (argv) => {
      const terminal = createTestTerminal();

      expect(await run(argv, terminal)).toBe(EXIT.done);

      expect(terminal.written()).not.toBe('');
      expect(terminal.said()).toBe('');
    },
  );
});

describe('a refusal of the server', () => {
  it.each(Object.keys(REASONS).filter((key): key is keyof typeof REASONS => Object.hasOwn(REASONS, key)))(
    'ends with the exit code of its reason: %s',
    async (reason) => {
      const server = await startApiDouble();
      server.refuse(reason);
      const terminal = createTestTerminal();

      expect(await run([...OBTAIN, '--url', server.url], terminal)).toBe(EXIT_CODE_BY_REASON[reason]);

      expect(terminal.written()).toBe('');
      expect(terminal.said()).toContain(`error: ${REASONS[reason].sentence} (${reason}, request req_test`);
    },
  );

  it('is one JSON document on standard output under --json', async () => {
    const server = await startApiDouble();
    server.refuse('PROVIDER_RATE_LIMITED', { retryAfterMs: 250, message: 'Wait.' });
    const terminal = createTestTerminal();

    expect(await run([...OBTAIN, '--json', '--quiet', '--url', server.url], terminal)).toBe(EXIT.tryLater);

    expect(JSON.parse(terminal.written())).toEqual({
      error: { reason: 'PROVIDER_RATE_LIMITED', message: 'Wait.', requestId: 'req_test', retryAfterMs: 250 },
    });
    expect(terminal.said()).toBe('');
  });

  it('cannot move the cursor', async () => {
    const server = await startApiDouble();
    server.refuse('INPUT_INVALID', { message: 'name: \u001B[2J gone' });
    const terminal = createTestTerminal();

    await run([...OBTAIN, '--url', server.url], terminal);

    expect(terminal.said()).toContain('\\u{1b}[2J gone');
    expect(terminal.said()).not.toContain('\u001B');
  });
});

describe('a server that is not there, or not ours', () => {
  it('ends with 69 when nobody listens', async () => {
    const terminal = createTestTerminal();

    expect(await run([...OBTAIN, '--url', 'http://127.0.0.1:1'], terminal)).toBe(EXIT.unreachable);

    expect(terminal.said()).toContain('SERVER_UNREACHABLE');
  });

  it('ends with 76 when what answers is something else', async () => {
    const server = await startApiDouble();
    server.answer('token.obtain', { hello: 'world' });
    const terminal = createTestTerminal();

    expect(await run([...OBTAIN, '--url', server.url], terminal)).toBe(EXIT.brokeContract);

    expect(terminal.said()).toContain('SERVER_ANSWERED_STRANGELY');
  });

  it('ends with 78 when no server is known at all, and says how one becomes known', async () => {
    const terminal = createTestTerminal();

    expect(await run(OBTAIN, terminal)).toBe(EXIT.configuration);

    expect(terminal.said()).toContain('`immint login`');
  });
});

describe('a bug of ours', () => {
  /** A terminal whose clock is broken is the nearest bug that can be brought about from outside. */
  const broken = (environment: Record<string, string>) => ({
    ...createTestTerminal({ piped: 'secret', environment }),
    nowMs: (): number => {
      throw new RangeError('hunter2');
    },
  });

  it('ends with 70, one line and no stack, and says how to see more', async () => {
    const terminal = broken({});

    expect(await run(['sign', 'rongcloud', '--app-key', 'k'], terminal)).toBe(EXIT.ourBug);

    expect(terminal.said()).toContain('RangeError');
    expect(terminal.said()).toContain('IMMINT_DEBUG=1');
    expect(terminal.said()).not.toContain('hunter2');
    expect(terminal.said()).not.toContain('    at ');
  });

  it('shows the stack to whoever asks for it', async () => {
    const terminal = broken({ IMMINT_DEBUG: '1' });

    await run(['sign', 'rongcloud', '--app-key', 'k'], terminal);

    expect(terminal.said()).toContain('    at ');
  });
});

describe('colours', () => {
  it('are for a terminal', async () => {
    const terminal = createTestTerminal({ isTerminal: true });

    await run(['token', 'nothing'], terminal);

    expect(terminal.said()).toContain('\u001B[31merror:\u001B[39m');
  });

  it.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('are never used under %j', async (environment) => {
    const terminal = createTestTerminal({ isTerminal: true, environment });

    await run(['token', 'nothing'], terminal);

    expect(terminal.said()).toContain('error:');
    expect(terminal.said()).not.toContain('\u001B');
  });
});

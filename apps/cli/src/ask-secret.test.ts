import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { askSecret } from './ask-secret.ts';
import { createTestTerminal } from './testing/test-terminal.ts';

const VARIABLE = { IMMINT_APP_SECRET: 'from-environment' };

describe('askSecret', () => {
  it('reads the file that was named before anything else', async () => {
    const terminal = createTestTerminal({ piped: 'from-pipe', environment: VARIABLE });
    writeFileSync(join(terminal.directory, 'secret'), 'from-file\n');

    const secret = askSecret(terminal, { what: 'App Secret', file: 'secret', variable: 'IMMINT_APP_SECRET' });

    expect(await secret).toBe('from-file');
  });

  it('reads standard input when the file is called -', async () => {
    const terminal = createTestTerminal({ piped: 'from-pipe\n', environment: VARIABLE });

    const secret = askSecret(terminal, { what: 'App Secret', file: '-', variable: 'IMMINT_APP_SECRET' });

    expect(await secret).toBe('from-pipe');
  });

  it('takes the environment before a pipe', async () => {
    const terminal = createTestTerminal({ piped: 'from-pipe', environment: VARIABLE });

    expect(await askSecret(terminal, { what: 'App Secret', variable: 'IMMINT_APP_SECRET' })).toBe('from-environment');
  });

  it('takes a pipe before asking', async () => {
    expect(await askSecret(createTestTerminal({ piped: 'from-pipe' }), { what: 'password' })).toBe('from-pipe');
  });

  it('asks a person, without showing the answer', async () => {
    const terminal = createTestTerminal();
    const secret = askSecret(terminal, { what: 'password' });
    terminal.type('from-keyboard\r');

    expect(await secret).toBe('from-keyboard');
    expect(terminal.said()).toBe('password: \n');
  });

  it('says how to give it when nothing came', async () => {
    const terminal = createTestTerminal({ piped: '' });

    await expect(askSecret(terminal, { what: 'App Secret', variable: 'IMMINT_APP_SECRET' })).rejects.toMatchObject({
      reason: 'SECRET_MISSING',
      message: expect.stringContaining('IMMINT_APP_SECRET'),
    });
  });

  it('does not repeat the path of a file that is not there, which may be the secret itself', async () => {
    const terminal = createTestTerminal({ piped: '' });

    const error: unknown = await askSecret(terminal, { what: 'App Secret', file: 'hunter2' }).catch(
      (thrown: unknown) => thrown,
    );

    expect(error).toMatchObject({ reason: 'FILE_UNREADABLE', message: expect.stringContaining('ENOENT') });
    expect(String(error)).not.toContain('hunter2');
  });
});

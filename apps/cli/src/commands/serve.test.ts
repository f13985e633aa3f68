import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EXIT } from '../exit-code.ts';
import { run } from '../run.ts';
import { createTestTerminal } from '../testing/test-terminal.ts';

const Ready = z.object({ ready: z.literal(true), url: z.string(), pid: z.int() });

/** A database that is made anew takes seconds, more on a machine that is busy. */
const PATIENCE = { timeout: 90_000 };

describe('immint serve', () => {
  it('says how the first key is made, and serves it once it was made next to the database', PATIENCE, async () => {
    const environment = { IMMINT_LOG_LEVEL: 'silent' };
    const keyless = createTestTerminal({ piped: '', environment });
    const { directory } = keyless;
    const first = run(['serve', '--port', '0'], keyless);
    await keyless.until('no API key yet');
    expect(keyless.said()).toContain('`immint key create --label first --admin --offline`');
    keyless.stop();
    expect(await first).toBe(EXIT.done);

    const maker = createTestTerminal({ piped: '', environment, directory });
    await run(['key', 'create', '--label', 'first', '--admin', '--offline', '--quiet'], maker);
    expect(maker.written()).toMatch(/^immint_live_\w+\n$/);

    const terminal = createTestTerminal({ piped: '', environment, directory });
    const second = run(['serve', '--port', '0'], terminal);
    await terminal.until('"ready":true');
    expect(terminal.written().split('\n')).toHaveLength(2);
    const { url } = Ready.parse(JSON.parse(terminal.written()));
    const client = createTestTerminal({
      piped: '',
      environment: { IMMINT_URL: url, IMMINT_API_KEY: maker.written().trim() },
    });
    expect(await run(['key', 'list', '--json'], client)).toBe(EXIT.done);
    expect(JSON.parse(client.written())).toMatchObject([{ label: 'first', kind: 'admin' }]);
    expect(terminal.said()).not.toContain('no API key yet');

    terminal.stop();
    expect(await second).toBe(EXIT.done);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed');
    expect(statSync(join(directory, '.immint')).mode & 0o777).toBe(0o700);
  });

  it.each([
    { environment: { IMMINT_PORT: 'seven' }, words: 'IMMINT_PORT' },
    { environment: { DATABASE_URL: 'mysql://x' }, words: 'postgres://' },
    { environment: { IMMINT_DATA_DIR: 'file/below' }, words: '--data-dir' },
  ])('does not start on a configuration that cannot be used: $environment', async ({ environment, words }) => {
    const terminal = createTestTerminal({ piped: '', environment });
    writeFileSync(join(terminal.directory, 'file'), '');

    expect(await run(['serve'], terminal)).toBe(EXIT.configuration);

    expect(terminal.written()).toBe('');
    expect(terminal.said()).toContain(words);
  });
});

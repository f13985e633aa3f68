import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readClientFile, userConfigFile, writeClientFile } from './client-file.ts';
import { createTestTerminal } from './testing/test-terminal.ts';

const CONTENT = { url: 'http://127.0.0.1:7788', apiKey: 'immint_demo_x' };

describe('writeClientFile', () => {
  it('makes a file for its owner alone, in directories for their owner alone', async () => {
    const { directory } = createTestTerminal();
    const file = join(directory, 'config', 'immint', 'config.json');

    await writeClientFile(file, CONTENT);

    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, 'config')).mode & 0o777).toBe(0o700);
    expect(await readClientFile(file)).toEqual(CONTENT);
  });

  it('replaces a file as a whole, and leaves no draft behind', async () => {
    const { directory } = createTestTerminal();
    const file = join(directory, 'client.json');
    await writeClientFile(file, CONTENT);

    await writeClientFile(file, { ...CONTENT, apiKey: 'another' });

    expect(await readClientFile(file)).toEqual({ ...CONTENT, apiKey: 'another' });
    expect(readdirSync(directory)).toEqual(['client.json']);
  });
});

describe('readClientFile', () => {
  it('knows nothing where there is no file', async () => {
    const { directory } = createTestTerminal();

    expect(await readClientFile(join(directory, 'none', 'client.json'))).toBeUndefined();
  });

  it('refuses what cannot be read', async () => {
    const { directory } = createTestTerminal();

    await expect(readClientFile(directory)).rejects.toMatchObject({ reason: 'CLIENT_CONFIGURATION' });
  });
});

describe('userConfigFile', () => {
  it('follows XDG_CONFIG_HOME only where it is absolute', () => {
    const absolute = createTestTerminal({ environment: { XDG_CONFIG_HOME: '/config' } });
    const relative = createTestTerminal({ environment: { XDG_CONFIG_HOME: 'config' } });

    expect(userConfigFile(absolute)).toBe('/config/immint/config.json');
    expect(userConfigFile(relative)).toBe(join(relative.homeDirectory, '.config', 'immint', 'config.json'));
  });
});

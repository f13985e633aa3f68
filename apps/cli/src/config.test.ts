import { join } from 'node:path';
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writeClientFile, userConfigFile } from './client-file.ts';
import { findServer } from './config.ts';
import { createTestTerminal } from './testing/test-terminal.ts';
import type { TestTerminal } from './testing/test-terminal.ts';

const HERE = { url: 'http://here.localhost:1', apiKey: 'key-here' };
const HOME = { url: 'http://home.localhost:2', apiKey: 'key-home' };

const rememberHere = (terminal: TestTerminal) =>
  writeClientFile(join(terminal.directory, '.immint', 'client.json'), HERE);
const rememberAtHome = (terminal: TestTerminal) => writeClientFile(userConfigFile(terminal), HOME);

describe('findServer', () => {
  it('takes the data directory here before the file of the user', async () => {
    const terminal = createTestTerminal();
    await rememberAtHome(terminal);
    await rememberHere(terminal);

    expect(await findServer(terminal, {})).toEqual({
      ...HERE,
      urlFrom: expect.stringContaining('.immint/client.json'),
      apiKeyFrom: expect.stringContaining('.immint/client.json'),
      heldBack: undefined,
    });
  });

  it('takes the file of the user when nothing is here', async () => {
    const terminal = createTestTerminal();
    await rememberAtHome(terminal);

    expect(await findServer(terminal, {})).toMatchObject({
      ...HOME,
      urlFrom: expect.stringContaining('config.json'),
      heldBack: undefined,
    });
  });

  it.each([{ environment: { IMMINT_DATA_DIR: 'elsewhere' } }, { flags: { dataDir: 'elsewhere' } }])(
    'looks in the data directory that was named: %j',
    async ({ environment = {}, flags = {} }) => {
      const terminal = createTestTerminal({ environment });
      await writeClientFile(join(terminal.directory, 'elsewhere', 'client.json'), HERE);

      expect(await findServer(terminal, flags)).toMatchObject(HERE);
    },
  );

  it('takes the environment before the files', async () => {
    const terminal = createTestTerminal({
      environment: { IMMINT_URL: 'http://env.localhost:3', IMMINT_API_KEY: 'key-env' },
    });
    await rememberHere(terminal);

    expect(await findServer(terminal, {})).toMatchObject({ url: 'http://env.localhost:3', apiKey: 'key-env' });
  });

  it('sends a key from the environment that has no URL beside it to the server that is known', async () => {
    const terminal = createTestTerminal({ environment: { IMMINT_API_KEY: 'key-env' } });
    await rememberHere(terminal);

    expect(await findServer(terminal, {})).toMatchObject({ url: HERE.url, apiKey: 'key-env' });
  });

  it('takes the usual address when only a key is known', async () => {
    const terminal = createTestTerminal({ environment: { IMMINT_API_KEY: 'key-env' } });

    expect(await findServer(terminal, {})).toMatchObject({ url: 'http://127.0.0.1:7788', apiKey: 'key-env' });
  });

  it('uses the key beside a URL for that URL, however it is written', async () => {
    const terminal = createTestTerminal();
    await rememberAtHome(terminal);

    expect(await findServer(terminal, { url: 'HTTP://home.localhost:2/' })).toMatchObject({ apiKey: HOME.apiKey });
  });

  it('sends the key beside one URL to no other URL, and says where it was left', async () => {
    const terminal = createTestTerminal();
    await rememberHere(terminal);

    const location = await findServer(terminal, { url: 'http://other.localhost:9' });

    expect(location).toMatchObject({ url: 'http://other.localhost:9', apiKey: undefined });
    expect(location.heldBack).toContain('client.json');
  });

  it('counts a key of the environment as beside the URL of the environment', async () => {
    const terminal = createTestTerminal({
      environment: { IMMINT_URL: 'http://env.localhost:3', IMMINT_API_KEY: 'key-env' },
    });

    expect(await findServer(terminal, { url: 'http://other.localhost:9' })).toEqual({
      url: 'http://other.localhost:9',
      apiKey: undefined,
      urlFrom: '--url',
      apiKeyFrom: undefined,
      heldBack: 'IMMINT_API_KEY',
    });
  });

  it('says which file cannot be understood, without its content', async () => {
    const terminal = createTestTerminal();
    mkdirSync(join(terminal.directory, '.immint'));
    writeFileSync(join(terminal.directory, '.immint', 'client.json'), '{"apiKey":"hunter2"');

    await expect(findServer(terminal, {})).rejects.toMatchObject({
      reason: 'CLIENT_CONFIGURATION',
      message: expect.stringContaining('client.json'),
    });
    await expect(findServer(terminal, {})).rejects.not.toMatchObject({ message: expect.stringContaining('hunter2') });
  });
});

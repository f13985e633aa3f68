import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { ConfigError, readServerConfig } from './env.ts';

test('the defaults are the documented ones', () => {
  expect(readServerConfig({})).toMatchObject({
    host: '127.0.0.1',
    port: 7788,
    databaseUrl: undefined,
    environment: 'live',
    cacheMegabytes: 64,
  });
  expect(readServerConfig({}).dataDir).toMatch(/\/\.immint$/);
  expect(readServerConfig({}).keyFile).toMatch(/\/\.immint\/key$/);
});

test('a flag goes before the environment', () => {
  const config = readServerConfig(
    { IMMINT_PORT: '1', IMMINT_HOST: '::1', IMMINT_DATA_DIR: '/data' },
    { port: '0', dataDir: '/other' },
  );
  expect(config).toMatchObject({ port: 0, host: '::1', dataDir: '/other', keyFile: '/other/key' });
});

test('every problem is named at once', () => {
  const read = () => readServerConfig({ IMMINT_PORT: 'seven', IMMINT_LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://x' });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(/--port.*IMMINT_LOG_LEVEL.*DATABASE_URL/);
});

test('a database password is not repeated, neither when it is taken nor when it is refused', () => {
  const taken = readServerConfig({ DATABASE_URL: 'postgres://u:made-up-password@localhost/db' });
  expect(inspect(taken, { depth: 5 })).not.toContain('made-up-password');
  expect(() => readServerConfig({ DATABASE_URL: 'http://u:made-up-password@localhost' })).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining('made-up-password') }),
  );
});

test('a variable that is set to nothing is not set: the server stays on loopback', () => {
  const empty = {
    IMMINT_HOST: '',
    IMMINT_PORT: '',
    IMMINT_DATA_DIR: '',
    IMMINT_KEY_FILE: '',
    DATABASE_URL: '',
    IMMINT_LOG_LEVEL: '',
    IMMINT_TEST_STOP_AT: '',
    IMMINT_DATABASE_WAIT_SECONDS: '',
    IMMINT_CACHE_MEGABYTES: '',
  };
  expect(readServerConfig(empty)).toEqual(readServerConfig({}));
});

test.each(['0x1F90', ' 80 ', '1e3', '-1', '65536', '80.5'])('%j is not a port', (port) => {
  expect(() => readServerConfig({ IMMINT_PORT: port })).toThrow(/IMMINT_PORT/);
});

test('a process stops nowhere unless a test says where, and never where the variable is not understood', () => {
  expect(readServerConfig({}).stopAt).toBeUndefined();
  const stopAt = { point: 'answered', hit: 3, action: 'kill' };
  expect(readServerConfig({ IMMINT_TEST_STOP_AT: 'answered:3:kill' })).toMatchObject({ stopAt });
  expect(() => readServerConfig({ IMMINT_TEST_STOP_AT: 'answered' })).toThrow(/IMMINT_TEST_STOP_AT must be point/);
});

test('the memory for stored tokens is a whole number of megabytes, and 0 turns it off', () => {
  expect(readServerConfig({ IMMINT_CACHE_MEGABYTES: '0' })).toMatchObject({ cacheMegabytes: 0 });
  for (const wrong of ['-1', '64M', '1.5', '4097', '99999']) {
    expect(() => readServerConfig({ IMMINT_CACHE_MEGABYTES: wrong })).toThrow(/IMMINT_CACHE_MEGABYTES/);
  }
});

test('a start waits for the database half a minute, or as long as it is told', () => {
  expect(readServerConfig({}).databaseWaitMs).toBe(30_000);
  expect(readServerConfig({ IMMINT_DATABASE_WAIT_SECONDS: '0' }).databaseWaitMs).toBe(0);
  for (const wrong of ['-1', '601', '1.5', 'ever']) {
    expect(() => readServerConfig({ IMMINT_DATABASE_WAIT_SECONDS: wrong })).toThrow(/IMMINT_DATABASE_WAIT_SECONDS/);
  }
});

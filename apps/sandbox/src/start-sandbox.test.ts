import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { startSandbox } from './start-sandbox.ts';
import { runSandbox } from './testing/running-sandbox.ts';

const temporaryDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'immint-sandbox-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};

const takePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
      }),
  );
  return Number(Object(server.address()).port);
};

test('a taken port is a clear error that names the port and the flag', async () => {
  const port = await takePort();
  await expect(startSandbox({ port, backupPort: 0 })).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    message: expect.stringMatching(new RegExp(`port ${port} .*--port`)),
  });
  await expect(startSandbox({ port: 0, backupPort: port })).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    message: expect.stringContaining('--backup-port'),
  });
});

test('a taken backup port leaves nothing behind: neither the primary port nor the directory stays taken', async () => {
  const dataDir = temporaryDirectory();
  const backupPort = await takePort();
  await expect(startSandbox({ port: 0, backupPort, dataDir })).rejects.toMatchObject({ code: 'PORT_TAKEN' });
  const sandbox = await runSandbox({ dataDir });
  expect(sandbox.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

test('a host that is not this machine is a clear error', async () => {
  await expect(startSandbox({ host: '192.0.2.1', port: 0, backupPort: 0 })).rejects.toMatchObject({
    code: 'HOST_UNAVAILABLE',
    message: expect.stringContaining('192.0.2.1'),
  });
});

test('a data directory that cannot be written is a clear error', async () => {
  const file = join(temporaryDirectory(), 'file');
  writeFileSync(file, '');
  const dataDir = join(file, 'below');
  await expect(startSandbox({ port: 0, backupPort: 0, dataDir })).rejects.toMatchObject({
    name: 'SandboxError',
    code: 'DIRECTORY_UNWRITABLE',
    message: expect.stringContaining(dataDir),
  });
});

test('both domains serve one state', async () => {
  const { backupUrl, control } = await runSandbox();
  await control('POST', '/clock', { advanceMs: 5 });
  const response = await fetch(`${backupUrl}/_sandbox/clock`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"advanceMs":5}',
  });
  expect(await response.json()).toMatchObject({ offsetMs: 10 });
});

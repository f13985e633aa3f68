import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createImmintClient } from '@immint/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ClientFile } from '../../client-file.ts';
import { EXIT } from '../../exit-code.ts';
import { run } from '../../run.ts';
import { createTestTerminal } from '../../testing/test-terminal.ts';
import type { TestTerminal } from '../../testing/test-terminal.ts';

const ANY_PORTS = ['--port', '0', '--sandbox-port', '0', '--sandbox-backup-port', '0'];
const START = ['start', ...ANY_PORTS, '--json'];

const Started = z.object({
  url: z.string(),
  sandboxUrl: z.string(),
  sandboxBackupUrl: z.string(),
  tokens: z.array(
    z.object({
      app: z.string(),
      source: z.string().nullable(),
      providerCalls: z.int(),
      error: z.object({ reason: z.string() }).nullable(),
    }),
  ),
});

const started = (terminal: TestTerminal) => Started.parse(JSON.parse(terminal.written()));

const outcome = (terminal: TestTerminal) =>
  started(terminal).tokens.map(({ app, source, providerCalls }) => [app, source, providerCalls]);

const clientFile = (terminal: TestTerminal) =>
  ClientFile.parse(JSON.parse(readFileSync(join(terminal.directory, '.immint', 'client.json'), 'utf8')));

const STORED = [
  ['rongcloud-demo', 'stored', 0],
  ['nexconn-demo', 'stored', 0],
  ['easemob-demo', 'stored', 0],
];

/** Where the first run is made; every later one works on a copy of what it left behind. */
const firstDirectory = mkdtempSync(join(tmpdir(), 'immint-first-run-'));
const firstRun = createTestTerminal({
  piped: '',
  directory: firstDirectory,
  environment: { DATABASE_URL: 'postgres://of.another/product', IMMINT_KEY_FILE: '/nowhere/key' },
});
let firstExitCode: number;

beforeAll(async () => {
  firstExitCode = await run([...START, '--once'], firstRun);
}, 90_000);
afterAll(() => rmSync(firstDirectory, { recursive: true, force: true }));

/** A terminal where `immint start` has been run before. */
function createLivedInTerminal(): TestTerminal {
  const terminal = createTestTerminal({ piped: '' });
  cpSync(firstDirectory, terminal.directory, { recursive: true });
  return terminal;
}

describe('the first start', () => {
  it('obtains three tokens over HTTP', () => {
    expect(firstExitCode).toBe(EXIT.done);
    expect(outcome(firstRun)).toEqual([
      ['rongcloud-demo', 'issued', 1],
      ['nexconn-demo', 'issued', 1],
      ['easemob-demo', 'issued', 2],
    ]);
  });

  it('writes below the data directory only, for its owner alone, whatever else the shell is set up for', () => {
    const data = join(firstDirectory, '.immint');
    expect(readdirSync(firstDirectory)).toEqual(['.immint']);
    expect(statSync(data).mode & 0o777).toBe(0o700);
    expect(statSync(join(data, 'client.json')).mode & 0o777).toBe(0o600);
    expect(clientFile(firstRun).apiKey).toMatch(/^immint_demo_/);
  });
});

describe('a later start', { timeout: 60_000 }, () => {
  it('finds everything again, and calls no provider', async () => {
    const terminal = createLivedInTerminal();
    const before = clientFile(terminal);

    expect(await run([...START, '--once'], terminal)).toBe(EXIT.done);

    expect(outcome(terminal)).toEqual(STORED);
    expect(clientFile(terminal)).toEqual({ apiKey: before.apiKey, url: started(terminal).url });
  });

  it('stays up for the commands beside it, and lets no second one onto its data, until it is stopped', async () => {
    const terminal = createLivedInTerminal();
    const done = run(START, terminal);
    await terminal.until('"ready":true');
    const { directory } = terminal;

    const second = createTestTerminal({ piped: '', directory });
    expect(await run(['start', '--once', ...ANY_PORTS, '--quiet'], second)).toBe(EXIT.configuration);
    expect(second.written()).toBe('');
    expect(second.said()).toMatch(/^error: .*uses the database directory.*data directory.* \(CANNOT_START\)\n$/);

    const beside = createTestTerminal({ directory });
    expect(await run(['token', 'obtain', 'easemob-demo', 'jlk456j5'], beside)).toBe(EXIT.done);
    const account = { provider: 'easemob', appKey: 'sandbox-org#sandbox-app' };
    const response = await fetch(`${started(terminal).sandboxUrl}/_sandbox/connect`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...account, token: beside.written().trim() }),
    });
    expect(await response.json()).toEqual({ ok: true, userId: 'jlk456j5' });

    terminal.stop();
    expect(await done).toBe(EXIT.done);
  });

  it('makes a new key when the old one was lost with its file', async () => {
    const terminal = createLivedInTerminal();
    rmSync(join(terminal.directory, '.immint', 'client.json'));

    expect(await run([...START, '--once'], terminal)).toBe(EXIT.done);

    expect(outcome(terminal)).toEqual(STORED);
    expect(clientFile(terminal).apiKey).toMatch(/^immint_demo_/);
  });

  it('adds an app that was removed, and leaves one alone that was given another account', async () => {
    const terminal = createLivedInTerminal();
    const done = run(START, terminal);
    await terminal.until('"ready":true');
    const client = createImmintClient(clientFile(terminal));
    await client.app.remove.mutate({ app: 'nexconn-demo', confirm: 'nexconn-demo' });
    const another = { appKey: 'somebodys-own', secret: 'somebodys-own-secret', dropTokens: true };
    await client.app.update.mutate({ app: 'rongcloud-demo', ...another });
    terminal.stop();
    await done;

    const next = createTestTerminal({ piped: '', directory: terminal.directory });
    expect(await run([...START, '--once'], next)).toBe(EXIT.no);

    expect(started(next).tokens[0]?.error).toMatchObject({ reason: 'DEMO_APP_CHANGED' });
    expect(outcome(next)).toEqual([['rongcloud-demo', null, 0], ['nexconn-demo', 'issued', 1], STORED[2]]);
  });

  it('gives apps from before the sandbox’s backup domain, and keeps their tokens', async () => {
    const terminal = createLivedInTerminal();
    const done = run(START, terminal);
    await terminal.until('"ready":true');
    const client = createImmintClient(clientFile(terminal));
    const before = await client.app.show.query({ app: 'easemob-demo' });
    expect(before.backupBaseUrl).toBe(started(terminal).sandboxBackupUrl);
    await client.app.update.mutate({ app: 'easemob-demo', baseUrl: before.baseUrl });
    expect((await client.app.show.query({ app: 'easemob-demo' })).backupBaseUrl).toBeNull();
    terminal.stop();
    await done;

    const next = createTestTerminal({ piped: '', directory: terminal.directory });
    const upAgain = run(START, next);
    await next.until('"ready":true');

    expect(outcome(next)).toEqual(STORED);
    expect(next.said()).toContain('easemob-demo: moved\n');
    const again = await createImmintClient(clientFile(next)).app.show.query({ app: 'easemob-demo' });
    expect(again).toMatchObject({ backupBaseUrl: started(next).sandboxBackupUrl, tokens: 1, secretEpoch: 1 });
    next.stop();
    await upAgain;
  });

  it('names the flag when a port is taken, and the data is found again afterwards', async () => {
    const terminal = createLivedInTerminal();
    const other = createTestTerminal({ piped: '' });
    const sandbox = run(['sandbox', '--port', '0', '--backup-port', '0'], other);
    await other.until('"ready":true');
    const port = new URL(z.object({ url: z.string() }).parse(JSON.parse(other.written())).url).port;

    for (const flag of ['--port', '--sandbox-backup-port']) {
      const refused = createTestTerminal({ piped: '', directory: terminal.directory });
      expect(await run(['start', '--once', ...ANY_PORTS, flag, port, '--quiet'], refused)).toBe(EXIT.configuration);
      expect(refused.said()).toContain(`taken`);
      expect(refused.said()).toContain(`${flag} (0`);
    }

    expect(await run([...START, '--once'], terminal)).toBe(EXIT.done);
    expect(outcome(terminal)).toEqual(STORED);
    other.stop();
    await sandbox;
  });
});

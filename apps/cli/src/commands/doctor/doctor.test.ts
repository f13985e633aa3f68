import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { writeClientFile } from '../../client-file.ts';
import { EXIT } from '../../exit-code.ts';
import { run } from '../../run.ts';
import { CHECK, SERVER } from '../../testing/api-answers.ts';
import { startApiDouble } from '../../testing/api-double.ts';
import type { ApiDouble } from '../../testing/api-double.ts';
import { createTestTerminal } from '../../testing/test-terminal.ts';

const Report = z.object({
  ok: z.boolean(),
  checks: z.array(z.object({ severity: z.string(), code: z.string(), message: z.string() })),
});

/** Runs the doctor beside a data directory that knows a server, and gives what it found. */
async function examine(url: string, environment: Record<string, string> = {}) {
  const terminal = createTestTerminal({ environment });
  const file = join(terminal.directory, '.immint', 'client.json');
  await writeClientFile(file, { url, apiKey: 'made-up-key' });
  return { terminal, file, look: () => look(terminal) };
}

async function look(terminal: ReturnType<typeof createTestTerminal>) {
  const exitCode = await run(['doctor', '--json'], terminal);
  const { ok, checks } = Report.parse(JSON.parse(terminal.written()));
  expect(terminal.written()).not.toContain('made-up-key');
  return { exitCode, ok, checks, of: (code: string) => checks.find((check) => check.code === code) };
}

const whole = async (change: (server: ApiDouble) => void = () => {}) => {
  const server = await startApiDouble();
  change(server);
  return (await examine(server.url)).look();
};

describe('immint doctor', () => {
  it('finds nothing wrong, and says where URL and key come from', async () => {
    const found = await whole();

    expect(found).toMatchObject({ exitCode: EXIT.done, ok: true });
    expect(found.of('URL_KNOWN')?.message).toContain('.immint/client.json');
    expect(found.of('KEY_KNOWN')?.message).toContain('.immint/client.json');
    expect(found.checks.filter(({ severity }) => severity !== 'ok')).toEqual([]);
  });

  it('shows a line for each thing to people', async () => {
    const server = await startApiDouble();
    const { terminal } = await examine(server.url);

    await run(['doctor'], terminal);

    expect(terminal.written()).toMatch(/^ok +configuration: http.*\n(ok +.*\n)+ok +app easemob-demo: /);
    expect(terminal.said()).toBe('nothing is wrong\n');
  });

  it('knows no server: says how to come by one', async () => {
    const found = await look(createTestTerminal());

    expect(found).toMatchObject({ exitCode: EXIT.configuration, ok: false });
    expect(found.of('CLIENT_CONFIGURATION')?.message).toContain('npm start');
  });

  it('looks at the files although the server is down', async () => {
    const { terminal, file } = await examine('http://127.0.0.1:1');
    chmodSync(file, 0o644);
    const found = await look(terminal);

    expect(found.exitCode).toBe(EXIT.configuration);
    expect(found.of('FILE_OPEN_TO_OTHERS')?.message).toContain('chmod 600');
    expect(found.of('SERVER_UNREACHABLE')?.message).toContain('immint serve');
  });

  it.each([
    [
      'a server that cannot reach its database',
      (server: ApiDouble) => server.unhealthy('/readyz', 503, { error: {} }),
      'DATABASE_UNAVAILABLE',
      EXIT.unreachable,
    ],
    [
      'something else at that URL',
      (server: ApiDouble) => server.unhealthy('/healthz', 200, { hello: 'world' }),
      'SERVER_ANSWERED_STRANGELY',
      EXIT.brokeContract,
    ],
    [
      'a key that is not taken',
      (server: ApiDouble) => server.refuse('CREDENTIALS_REFUSED'),
      'CREDENTIALS_REFUSED',
      EXIT.notAllowed,
    ],
    [
      'a server without the call',
      (server: ApiDouble) => server.refuse('PROCEDURE_UNKNOWN'),
      'PROCEDURE_UNKNOWN',
      EXIT.brokeContract,
    ],
    [
      'an app that does not work',
      (server: ApiDouble) =>
        server.answer('app.check', {
          ...CHECK,
          ok: false,
          reason: 'PROVIDER_CREDENTIALS_REFUSED',
          findings: [{ severity: 'error', code: 'SECRET_WRONG', message: 'Mend the secret.' }],
        }),
      'SECRET_WRONG',
      EXIT.configuration,
    ],
  ])('calls it an error: %s', async (_what, change, code, exitCode) => {
    const found = await whole(change);

    expect(found).toMatchObject({ exitCode, ok: false });
    expect(found.of(code)).toMatchObject({ severity: 'error' });
  });

  it.each([
    ['a key for tokens only', (server: ApiDouble) => server.refuse('NOT_ALLOWED'), 'KEY_FOR_TOKENS_ONLY'],
    [
      'the embedded database',
      (server: ApiDouble) => server.answer('server.show', { ...SERVER, database: 'embedded' }),
      'DATABASE_EMBEDDED',
    ],
    [
      'another version',
      (server: ApiDouble) => server.answer('server.show', { ...SERVER, version: '9.9.9' }),
      'VERSION_DIFFERS',
    ],
    [
      'a database with another time',
      (server: ApiDouble) => server.answer('server.show', { ...SERVER, databaseNowMs: SERVER.nowMs + 60_000 }),
      'DATABASE_CLOCK_OFF',
    ],
    ['a server with another time', (server: ApiDouble) => server.setClock(1_795_000_090_000), 'CLOCK_OFF'],
  ])('warns, and ends with 0: %s', async (_what, change, code) => {
    const found = await whole(change);

    expect(found).toMatchObject({ exitCode: EXIT.done, ok: true });
    expect(found.of(code)).toMatchObject({ severity: 'warning' });
  });

  it('sends no key to another URL than the one beside it', async () => {
    const server = await startApiDouble();
    const { terminal } = await examine('http://home.localhost:2');

    const exitCode = await run(['doctor', '--json', '--url', server.url], terminal);

    expect(exitCode).toBe(EXIT.notAllowed);
    expect(terminal.written()).toContain('is for another URL');
    expect(server.calls).toEqual([]);
  });
});

import { expect, it } from 'vitest';
import { z } from 'zod';
import { EXIT } from '../exit-code.ts';
import { run } from '../run.ts';
import { createTestTerminal } from '../testing/test-terminal.ts';

const Ready = z.object({ ready: z.literal(true), url: z.string(), backupUrl: z.string(), pid: z.int() });

it('sandbox prints one line of JSON when both domains answer, and stops when told to', async () => {
  const terminal = createTestTerminal({ piped: '' });
  const done = run(['sandbox', '--port', '0', '--backup-port', '0'], terminal);
  await terminal.until('\n');

  const { url, backupUrl, pid } = Ready.parse(JSON.parse(terminal.written()));
  expect(pid).toBe(4711);
  for (const domain of [url, backupUrl]) expect((await fetch(`${domain}/_sandbox/journal`)).status).toBe(200);

  terminal.stop();
  expect(await done).toBe(EXIT.done);
});

it('sandbox starts its accounts under the profile that it is given, and takes no other', async () => {
  const terminal = createTestTerminal({ piped: '' });
  const done = run(['sandbox', '--port', '0', '--backup-port', '0', '--profile', 'strict'], terminal);
  await terminal.until('\n');
  const { url } = Ready.parse(JSON.parse(terminal.written()));
  const response = await fetch(`${url}/_sandbox/settings`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ provider: 'rongcloud', appKey: 'sandbox-rongcloud' }),
  });
  expect(await response.json()).toMatchObject({ settings: { profile: 'strict' } });
  terminal.stop();
  expect(await done).toBe(EXIT.done);

  const other = createTestTerminal({ piped: '' });
  expect(await run(['sandbox', '--profile', 'lax'], other)).toBe(EXIT.usage);
  expect(other.said()).toContain('live, strict, seed-legacy, vip5');
});

it('sandbox warns before it listens for other machines', async () => {
  const terminal = createTestTerminal({ piped: '' });
  const done = run(['sandbox', '--host', '192.0.2.1', '--port', '0', '--backup-port', '0'], terminal);

  expect(await done).toBe(EXIT.configuration);
  expect(terminal.said()).toContain('whoever can reach 192.0.2.1 can change everything in it');
});

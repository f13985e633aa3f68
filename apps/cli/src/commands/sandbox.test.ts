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

it('sandbox warns before it listens for other machines', async () => {
  const terminal = createTestTerminal({ piped: '' });
  const done = run(['sandbox', '--host', '192.0.2.1', '--port', '0', '--backup-port', '0'], terminal);

  expect(await done).toBe(EXIT.configuration);
  expect(terminal.said()).toContain('whoever can reach 192.0.2.1 can change everything in it');
});

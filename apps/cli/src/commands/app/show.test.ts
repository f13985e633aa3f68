import type { AppCondition } from '@immint/contracts';
import { expect, it } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { run } from '../../run.ts';
import { SHOWN_APP } from '../../testing/api-answers.ts';
import { startApiDouble } from '../../testing/api-double.ts';
import { createTestTerminal } from '../../testing/test-terminal.ts';

/** What the command writes of an app in this condition, with runs of blanks made one. */
async function shown(condition: Partial<AppCondition>): Promise<string> {
  const server = await startApiDouble();
  server.answer('app.show', { ...SHOWN_APP, condition: { ...SHOWN_APP.condition, ...condition } });
  const terminal = createTestTerminal();
  expect(await run(['app', 'show', 'easemob-demo', '--url', server.url], terminal)).toBe(EXIT.done);
  return terminal.written().replaceAll(/ +/g, ' ');
}

it('shows how an app is doing before what it is', async () => {
  const text = await shown({});
  expect(text).toContain('last success 2026-11-18T11:06:40Z\n');
  expect(text).toContain('last error none\n');
  expect(text).toContain('calls go out, to the primary domain (the server that was asked)\n');
  expect(text).toContain('pace of userToken 240 a second (80 % of 300), nobody waits\n');
  expect(text).toContain('tokens 2 good, 1 expired\n');
  expect(text).toContain('possible orphans none\n');
  expect(text.indexOf('last error')).toBeLessThan(text.indexOf('App Key'));
});

it('shows what happened in each of the last minutes', async () => {
  const text = await shown({});
  expect(text).toContain('MINUTE HANDED OUT ISSUED FAILED REPORTED\n11:06Z 0 0 0 0\n11:05Z 10 1 0 0\n');
});

it('names the last error with its reason and sentence, and whether it is over', async () => {
  const lastError = {
    atMs: 1_795_000_000_000,
    reason: 'PROVIDER_CREDENTIALS_REFUSED' as const,
    message: 'The provider refuses the secret.',
    isOver: false,
  };
  expect(await shown({ lastError })).toContain(
    'last error 2026-11-18T11:06:40Z, not over: PROVIDER_CREDENTIALS_REFUSED: The provider refuses the secret.\n',
  );
  expect(await shown({ lastError: { ...lastError, reason: null, isOver: true } })).toContain(
    'last error 2026-11-18T11:06:40Z, over since: The provider refuses the secret.\n',
  );
});

it('says that a refused secret paused the app, and when it is tried again', async () => {
  const secret = { refusals: 3, paused: true, probeAtMs: 1_795_000_060_000, acceptedAtMs: 1_795_000_000_000 };
  expect(await shown({ secret })).toContain(
    'secret refused 3 times since; paused, tried again from 2026-11-18T11:07:40Z; last taken 2026-11-18T11:06:40Z\n',
  );
  expect(await shown({ secret: { refusals: 1, paused: false, probeAtMs: null, acceptedAtMs: null } })).toContain(
    'secret refused once since; never taken yet\n',
  );
});

it('says until when the breaker holds calls back', async () => {
  expect(await shown({ breaker: { state: 'open', retryAtMs: 1_795_000_008_000, domain: 'backup' } })).toContain(
    'calls are held back after failures until 2026-11-18T11:06:48Z, to the backup domain',
  );
});

it('says that the pace is full, slowed down or stopped', async () => {
  const [pace] = SHOWN_APP.condition.paces;
  if (pace === undefined) throw new TypeError('the sample has a pace');
  const paces = [{ ...pace, slowedTo: 0.5, aheadMs: 900, pausedUntilMs: 1_795_000_001_000 }];
  expect(await shown({ paces })).toContain(
    'pace of userToken 120 a second (80 % of 300), slowed to 50 %, stopped by the provider until 2026-11-18T11:06:41Z, ' +
      'full for 900 ms\n',
  );
});

it('says when there are too many tokens to be counted', async () => {
  expect(await shown({ tokensByState: null })).toContain('tokens too many to be counted in time\n');
});

it('says how many orphans there may be', async () => {
  expect(await shown({ possibleOrphans: 4 })).toContain('possible orphans at most 4 at the provider, stored nowhere\n');
});

it('answers with the API’s own document under --json', async () => {
  const server = await startApiDouble();
  const terminal = createTestTerminal();
  await run(['app', 'show', 'easemob-demo', '--json', '--url', server.url], terminal);
  expect(JSON.parse(terminal.written())).toEqual(SHOWN_APP);
});

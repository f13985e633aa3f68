import { ProviderError } from '@immint/providers';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openLog } from '../log.ts';
import { createProviderObserver } from './provider-observer.ts';

test('events are logged with their app and counted, and an error is reduced to its codes', () => {
  const lines: string[] = [];
  const observe = createProviderObserver(openLog({ write: (line) => void lines.push(line) }, 'info'), 'chat');
  const error = new ProviderError('unreachable', { systemCode: 'ECONNRESET', detail: 'A sentence.' });
  observe({ kind: 'attempt-failed', group: 'issueToken', domain: 'primary', error, elapsedMs: 12 });
  observe({ kind: 'attempt-failed', group: 'issueToken', domain: 'backup', error, elapsedMs: 13 });
  observe({ kind: 'repeated-after-unknown', group: 'issueToken' });
  expect(lines.map((line) => ({ ...z.record(z.string(), z.unknown()).parse(JSON.parse(line)), time: 0 }))).toEqual([
    {
      level: 30,
      time: 0,
      app: 'chat',
      count: 1,
      group: 'issueToken',
      domain: 'primary',
      elapsedMs: 12,
      error: 'unreachable',
      mayHaveExecuted: true,
      code: 'ECONNRESET',
      event: 'provider.attempt-failed',
    },
    expect.objectContaining({ event: 'provider.attempt-failed', domain: 'backup', count: 2 }),
    expect.objectContaining({ level: 40, event: 'provider.repeated-after-unknown', count: 1 }),
  ]);
});

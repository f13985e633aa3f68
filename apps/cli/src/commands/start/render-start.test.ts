import { createImmintClient } from '@immint/client';
import { expect, it } from 'vitest';

import { renderNextSteps, renderResults } from './render-start.ts';

const plain = (_style: string, text: string) => text;

const RESULT = {
  app: 'rongcloud-demo',
  userId: 'jlk456j5',
  source: 'stored',
  fingerprint: 'fp_x',
  providerCalls: 0,
  error: null,
} as const;

it('the table has a row for each app, with the reason where there is no token', () => {
  const failed = {
    ...RESULT,
    app: 'x',
    source: null,
    providerCalls: 1,
    error: { reason: 'USER_BANNED', message: 'm', requestId: 'r', exitCode: 1 },
  } as const;

  expect(renderResults(plain, [RESULT, failed]).split('\n').slice(1)).toEqual([
    'rongcloud-demo  jlk456j5  stored       0',
    'x               jlk456j5  USER_BANNED  1',
  ]);
});

it('the next steps name the data directory when it is not the usual one', () => {
  const house = {
    url: 'http://127.0.0.1:7788',
    sandboxUrl: 'http://127.0.0.1:7790',
    sandboxBackupUrl: 'http://127.0.0.1:7791',
    client: createImmintClient({ url: 'http://127.0.0.1:7788' }),
    close: () => Promise.resolve(),
  };

  const steps = renderNextSteps(plain, house, ' --data-dir elsewhere');

  expect(steps).toContain('\n  npx pnpm immint token obtain easemob-demo jlk456j5 --data-dir elsewhere\n');
  expect(steps).toContain("\n  curl 'http://127.0.0.1:7790/_sandbox/journal'\n");
});

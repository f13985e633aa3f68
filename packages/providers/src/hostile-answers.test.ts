import { memoryUsage } from 'node:process';

import type { ProviderName } from '@immint/contracts';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { createCallContext } from './call-context.ts';
import { hostileAnswers, OWN_HOSTILE_ANSWERS, type RightAnswer } from './testing/hostile-answers.ts';
import { type Bench, failureOf, openBench } from './testing/provider-suite.ts';
import { type Answer, jsonAnswer } from './testing/scripted-provider.ts';

interface Subject extends RightAnswer {
  readonly account: { readonly name: ProviderName; readonly appKey: string; readonly clientId?: string };
  /** Answers to the calls that come before the first token can be asked for. */
  readonly preparation: readonly Answer[];
}

const SUBJECTS: readonly Subject[] = [
  {
    account: { name: 'rongcloud', appKey: 'sandbox-rongcloud' },
    preparation: [],
    issued: (userId, token) => ({ code: 200, userId, token }),
    maxTokenBytes: 256,
  },
  {
    account: { name: 'nexconn', appKey: 'sandbox-nexconn' },
    preparation: [],
    issued: (userId, accessToken) => ({ code: 0, result: { userId, accessToken } }),
    maxTokenBytes: 256,
  },
  {
    account: { name: 'easemob', appKey: 'sandbox-org#sandbox-app', clientId: 'made-up-client' },
    preparation: [jsonAnswer(200, { access_token: 'YWMtAppToken', expires_in: 86_400, application: '8be0' })],
    issued: (username, token) => ({
      access_token: token,
      expires_in: 5_184_000,
      user: { uuid: '220c', type: 'user', created: 1, modified: 1, username, activated: true },
    }),
    maxTokenBytes: 4_096,
  },
];

/** More than any policy of repeating asks for. */
const TIMES = 8;

describe.each(SUBJECTS)('$account.name', (subject) => {
  let bench: Bench;
  let residentBefore: number;
  beforeAll(() => {
    residentBefore = memoryUsage.rss();
  });
  beforeEach(async () => {
    bench = await openBench(subject.account);
  });
  afterEach(() => bench.close());
  test('the answer that is spoiled below gives a token', async () => {
    bench.provider.script(...subject.preparation, jsonAnswer(200, subject.issued('u1', 'good')));
    expect((await bench.issue()).token.reveal()).toBe('good');
  });

  test.each([...hostileAnswers(subject), ...OWN_HOSTILE_ANSWERS[subject.account.name](subject)])(
    'a token is not taken from $name: $verdict',
    async ({ verdict, answer, timeoutMs = 2_000 }) => {
      const answers = Array.from({ length: TIMES }, () => answer);
      bench.provider.script(...subject.preparation, ...answers);
      const context = createCallContext(timeoutMs, { monotonicMs: () => performance.now() });
      expect(await failureOf(bench.issue({}, context))).toMatchObject({ kind: verdict });
    },
  );

  test('of 600 MB and two bombs that were offered, nothing stays in memory', () => {
    expect(memoryUsage.rss() - residentBefore).toBeLessThan(150_000_000);
  });
});

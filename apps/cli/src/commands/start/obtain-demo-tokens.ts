import type { ImmintClient } from '@immint/client';
import type { AddAppRequest, Token } from '@immint/contracts';
import { CliError } from '../../cli-error.ts';
import { toFailure } from '../../failure.ts';
import type { Failure } from '../../failure.ts';
import { DEMO_USER } from './demo-apps.ts';
import { ensureDemoApp } from './ensure-demo-app.ts';
import { createCallCounter } from './journal.ts';

/** How the demonstration went for one app. */
export interface DemoResult {
  readonly app: string;
  readonly userId: string;
  /** `null` if there is no token. */
  readonly source: Token['source'] | null;
  readonly fingerprint: string | null;
  /** How many calls the sandbox received for this app's account meanwhile. */
  readonly providerCalls: number;
  readonly error: Failure | null;
}

/** Sees to each app of the demonstration, and obtains a token from it through the API. One that fails stops no other. */
export async function obtainDemoTokens(
  client: ImmintClient,
  sandboxUrl: string,
  apps: readonly AddAppRequest[],
  talk: (text: string) => void,
): Promise<readonly DemoResult[]> {
  const known = await client.app.list.query();
  const counter = await createCallCounter(sandboxUrl);
  const results: DemoResult[] = [];
  for (const wanted of apps) {
    const outcome = await obtainOne(wanted).catch((error: unknown) => toFailure(error));
    const failed = 'exitCode' in outcome;
    results.push({
      app: wanted.app,
      userId: DEMO_USER.userId,
      source: failed ? null : outcome.source,
      fingerprint: failed ? null : outcome.fingerprint,
      providerCalls: await counter.countNew(wanted.appKey),
      error: failed ? outcome : null,
    });
  }
  return results;

  async function obtainOne(wanted: AddAppRequest): Promise<Token> {
    const state = await ensureDemoApp(client, known, wanted);
    if (state === 'foreign') {
      throw new CliError(
        'DEMO_APP_CHANGED',
        `${wanted.app} is another account by now: it was left alone, and not called.`,
      );
    }
    if (state !== 'found') talk(`${wanted.app}: ${state}`);
    return client.token.obtain.mutate({ app: wanted.app, ...DEMO_USER });
  }
}

import type { Paint } from '../../paint.ts';
import { renderTable } from '../../table.ts';
import { DEMO_USER } from './demo-apps.ts';
import type { DemoResult } from './obtain-demo-tokens.ts';
import type { House } from './open-house.ts';

/** What each app gave, as a table. */
export function renderResults(paint: Paint, results: readonly DemoResult[]): string {
  return renderTable(
    paint,
    ['APP', 'USER', 'TOKEN', 'PROVIDER CALLS'],
    results.map(({ app, userId, source, error, providerCalls }) => [
      app,
      userId,
      source ?? error?.reason ?? 'none',
      String(providerCalls),
    ]),
  );
}

/** Where everything is, and what to try while it is up. `flags` are those that the commands need to find it. */
export function renderNextSteps(paint: Paint, house: House, flags: string): string {
  const immint = 'npx pnpm immint';
  return [
    `server   ${house.url}`,
    `sandbox  ${house.sandboxUrl} and ${house.sandboxBackupUrl}`,
    '',
    paint('bold', 'Try, in another terminal:'),
    `  ${immint} token obtain easemob-demo ${DEMO_USER.userId}${flags}`,
    `  ${immint} token inspect rongcloud-demo ${DEMO_USER.userId}${flags}`,
    `  ${immint} app check nexconn-demo${flags}`,
    `  curl '${house.sandboxUrl}/_sandbox/journal'`,
    '',
    'Ctrl-C stops it; the next start finds everything again.',
  ].join('\n');
}

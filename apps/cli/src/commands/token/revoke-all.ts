import type { RevokedTokens } from '@immint/contracts';
import { callServer } from '../../call-server.ts';
import { renderDuration } from '../../duration.ts';
import { EXIT } from '../../exit-code.ts';
import type { ExitCode } from '../../exit-code.ts';
import { renderInstant } from '../../instant.ts';
import type { Invocation } from '../../invocation.ts';
import type { Paint } from '../../paint.ts';
import { renderRecord } from '../../table.ts';

/** Ends the tokens of all users of an app: with 75 while a job tells the provider, 0 or 1 where there is nobody to tell. */
export async function revokeAll(invocation: Invocation, app: string, bar: boolean): Promise<ExitCode> {
  const options = { progress: 'revoking all tokens', changes: true };
  const revoked = await callServer(invocation, options, (client) =>
    client.token.revoke.mutate({ app, all: true, ...(bar ? { bar } : {}) }),
  );
  const { output } = invocation;
  output.answer(revoked, (paint) => render(paint, revoked));
  output.talk(revoked.effect);
  const { job, users } = revoked.all ?? { job: null, users: 0 };
  if (job !== null) {
    output.talk(`job ${job} tells the provider: \`immint job show ${job} --watch\``);
    if (!revoked.verified) output.warn('no documentation promises that the provider ends the tokens that are out.');
  }
  output.warn('connections that are open stay open until they are cut.');
  if (job !== null) return EXIT.tryLater;
  return users === 0 ? EXIT.done : EXIT.no;
}

function render(paint: Paint, { app, provider, all }: RevokedTokens): string {
  if (all === null) return '';
  const { users, job, estimatedMs, barred, revokedBeforeMs } = all;
  const telling = estimatedMs === null ? '' : `, about ${renderDuration(estimatedMs)}`;
  return renderRecord(paint, [
    ['app', `${app} (${provider})`],
    ['handed out', 'no longer, to nobody'],
    ['users', String(users)],
    ['provider', job === null ? 'is not told' : `is told by job ${job}${telling}`],
    ['tokens before', revokedBeforeMs === null ? '' : renderInstant(revokedBeforeMs)],
    ['barred', barred ? 'yes: nothing is issued until `immint token unbar --all`' : 'no'],
  ]);
}

import type { CutOver } from '@immint/contracts';
import type { Command } from 'commander';
import { callServer } from '../../../call-server.ts';
import { addExamples } from '../../../examples.ts';
import type { Invocation, Runner } from '../../../invocation.ts';
import { renderInstant } from '../../../instant.ts';
import type { Paint } from '../../../paint.ts';
import { renderRecord } from '../../../table.ts';

/** Two calls to a provider that does not answer, and what is written down around them. */
const TIMEOUT_MS = 30_000;

/** `immint app secret cutover APP` */
export function addSecretCutover(secret: Command, runner: Runner): void {
  const command = secret
    .command('cutover')
    .summary('put the next secret in force')
    .description(
      'Makes one harmless call signed with the staged secret, and puts that in force if the provider takes it; every server ' +
        'follows within a second. If the provider refuses it and still takes the old one, nothing changes, and the staged one is ' +
        'dropped. If it does not answer, nobody knows which one is in force: the servers ask until they know. New tokens ' +
        'wait meanwhile, and stored ones are handed out. Where the refresh ended all tokens, they are issued anew as users ask, and by a job for those seen in the last 30 days.',
    )
    .argument('<app>', 'our name of the app');
  addExamples(command, [{ does: 'after `immint app secret stage`', line: 'immint app secret cutover rongcloud-demo' }]);
  command.action((name: string) => runner.run(command, (invocation) => cutOver(invocation, name)));
}

async function cutOver(invocation: Invocation, app: string): Promise<void> {
  const options = { progress: `cutting over to the next secret of ${app}`, changes: true, timeoutMs: TIMEOUT_MS };
  const done = await callServer(invocation, options, (client) => client.app.cutOverSecret.mutate({ app }));
  invocation.output.answer(done, (paint) => render(paint, done));
}

function render(paint: Paint, done: CutOver): string {
  const { app, secretEpoch, endedAtMs } = done;
  return renderRecord(paint, [
    ['app', app],
    ['new secret', `in force since ${renderInstant(endedAtMs)}`],
    ['secret epoch', String(secretEpoch)],
    ['tokens', describeTokens(done)],
  ]);
}

function describeTokens({ endsTokens, tokensOfEarlierSecrets, reissueJob }: CutOver): string {
  if (!endsTokens) return 'all stay good';
  const ended = `${tokensOfEarlierSecrets} ended; issued anew as their users ask`;
  return reissueJob === null ? ended : `${ended}, and by job ${reissueJob} for those seen of late`;
}

import type { AppCheck, NameAppInput } from '@immint/contracts';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import { EXIT, EXIT_CODE_BY_REASON } from '../../exit-code.ts';
import type { ExitCode } from '../../exit-code.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import type { Paint } from '../../paint.ts';
import { renderRecord } from '../../table.ts';
import { renderFinding } from './render-finding.ts';

/** `immint app check APP` */
export function addAppCheck(app: Command, runner: Runner): void {
  const command = app
    .command('check')
    .summary('call the provider, and say what is wrong')
    .description(
      'Makes one call to the provider with the app’s credentials, and says what is wrong and how to mend it, if anything: ' +
        'key, secret, clock, data centre, quota, a locked account, the network. Advises on the stored user ids and names. ' +
        'Ends with 0 if all is well, otherwise with the exit code of what is wrong.',
    )
    .argument('<app>', 'our name of the app');
  addExamples(command, [{ does: 'are key, secret and place right', line: 'immint app check rongcloud-demo' }]);
  command.action((name: string) => runner.run(command, (invocation) => check(invocation, { app: name })));
}

async function check(invocation: Invocation, input: NameAppInput): Promise<ExitCode> {
  const options = { progress: `calling the provider of ${input.app}`, changes: true };
  const report = await callServer(invocation, options, (client) => client.app.check.mutate(input));
  invocation.output.answer(report, (paint) => render(paint, report));
  if (report.ok) return EXIT.done;
  return report.reason === null ? EXIT.no : EXIT_CODE_BY_REASON[report.reason];
}

function render(paint: Paint, report: AppCheck): string {
  const verdict = report.ok ? paint('green', 'ok') : paint('red', report.reason ?? 'not ok');
  const details = renderRecord(paint, [
    ['app', `${report.app} (${report.provider})`],
    ['where', report.baseUrl],
    ['took', `${report.elapsedMs} ms`],
    ['clock', describeSkew(report.clockSkewMs)],
    ['says', report.message],
  ]);
  const findings = report.findings.map((finding) => renderFinding(paint, finding));
  return [verdict, details, ...findings].join('\n');
}

function describeSkew(clockSkewMs: number | null): string {
  if (clockSkewMs === null) return 'the provider did not tell its time';
  const side = clockSkewMs < 0 ? 'behind' : 'ahead of';
  return `the provider’s is ${Math.abs(clockSkewMs)} ms ${side} ours`;
}

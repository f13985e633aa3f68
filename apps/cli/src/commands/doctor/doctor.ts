import { createImmintClient } from '@immint/client';
import type { Command } from 'commander';
import manifest from '../../../package.json' with { type: 'json' };
import { findServer } from '../../config.ts';
import { addExamples } from '../../examples.ts';
import { EXIT } from '../../exit-code.ts';
import type { ExitCode } from '../../exit-code.ts';
import { toFailure } from '../../failure.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import type { Paint } from '../../paint.ts';
import { plainText } from '../../plain-text.ts';
import { withProgress } from '../../progress.ts';
import type { Diagnosis } from './diagnosis.ts';
import { examineFiles } from './examine-files.ts';
import { examineHealth } from './examine-health.ts';
import { examineServer } from './examine-server.ts';

/** An app check may ask several data centres. */
const TIMEOUT_MS = 30_000;

/** `immint doctor` */
export function addDoctor(program: Command, runner: Runner): void {
  const command = program
    .command('doctor')
    .summary('find out what is wrong, and name the fix')
    .description(
      'Looks at what there is to look at, and names the fix of what is wrong: where URL and key come from, the files with ' +
        'secrets, the server, its clock, its database, the key, and each app at its provider. Works as far as it gets when ' +
        'the server is down. Ends with 0 if nothing is wrong, otherwise with the exit code of the first error.',
    );
  addExamples(command, [
    { does: 'everything', line: 'immint doctor' },
    { does: 'the same for a program', line: 'immint doctor --json' },
  ]);
  command.action(() => runner.run(command, examine));
}

async function examine(invocation: Invocation): Promise<ExitCode> {
  const { terminal, output } = invocation;
  const work = diagnose(invocation);
  const diagnoses = await withProgress(terminal, { quiet: output.quiet, text: 'looking around' }, work);
  const firstError = diagnoses.find(({ severity }) => severity === 'error');
  const ok = firstError === undefined;
  const checks = diagnoses.map(({ subject, severity, code, message }) => ({ subject, severity, code, message }));
  output.answer({ ok, checks }, (paint) => render(paint, diagnoses));
  output.talk(ok ? 'nothing is wrong' : 'mend the first error, then run `immint doctor` again');
  return firstError === undefined ? EXIT.done : (firstError.exitCode ?? EXIT.no);
}

async function diagnose({ terminal, flags }: Invocation): Promise<Diagnosis[]> {
  const files = await examineFiles(terminal, flags);
  const found = await findServer(terminal, flags).catch((error: unknown) => error);
  if (!isLocation(found)) {
    const { reason, message, exitCode } = toFailure(found);
    return [{ subject: 'configuration', severity: 'error', code: reason, message, exitCode }, ...files];
  }
  const { url, apiKey, urlFrom } = found;
  const options = { url, fetch: globalThis.fetch, nowMs: () => terminal.nowMs() };
  const health = await examineHealth(options);
  const isUp = health.every(({ severity }) => severity !== 'error');
  const client = createImmintClient({ url, apiKey, timeoutMs: TIMEOUT_MS });
  return [
    { subject: 'configuration', severity: 'ok', code: 'URL_KNOWN', message: `${url}, from ${urlFrom}` },
    judgeKeySource(found),
    ...files,
    ...health,
    ...(isUp && apiKey !== undefined ? await examineServer(client, manifest.version) : []),
  ];
}

type Location = Awaited<ReturnType<typeof findServer>>;

function isLocation(found: unknown): found is Location {
  return typeof found === 'object' && found !== null && 'urlFrom' in found;
}

function judgeKeySource({ url, apiKey, apiKeyFrom, heldBack }: Location): Diagnosis {
  const subject = 'configuration';
  if (apiKey !== undefined) {
    return { subject, severity: 'ok', code: 'KEY_KNOWN', message: `API key from ${apiKeyFrom ?? 'nowhere'}` };
  }
  return {
    subject,
    severity: 'error',
    code: 'CREDENTIALS_MISSING',
    message:
      heldBack === undefined
        ? 'No API key is known: set IMMINT_API_KEY, or remember one with `immint login`.'
        : `The key in ${heldBack} is for another URL, so it is not sent to ${url}: give its own with \`immint login\`.`,
    exitCode: EXIT.notAllowed,
  };
}

const STYLE = { ok: 'green', error: 'red', warning: 'yellow', note: 'dim' } as const satisfies Record<
  Diagnosis['severity'],
  Parameters<Paint>[0]
>;

const WIDTH = 'warning'.length;

function render(paint: Paint, diagnoses: readonly Diagnosis[]): string {
  return diagnoses
    .map(({ subject, severity, message }) => {
      return `${paint(STYLE[severity], severity.padEnd(WIDTH))}  ${plainText(`${subject}: ${message}`)}`;
    })
    .join('\n');
}

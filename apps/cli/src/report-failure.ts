import type { Failure } from './failure.ts';
import { createPaint } from './paint.ts';
import { plainText } from './plain-text.ts';
import type { Terminal } from './terminal.ts';

/** A failure as `--json` shows it; the exit code is the process's to tell. */
export function failureDocument({ exitCode: _exitCode, ...error }: Failure): Omit<Failure, 'exitCode'> {
  return error;
}

/** Tells a failure: with `json` as a document on standard output, otherwise in words on standard error. */
export function reportFailure(terminal: Terminal, failure: Failure, json: boolean): void {
  if (json) {
    terminal.stdout.write(`${JSON.stringify({ error: failureDocument(failure) })}\n`);
    return;
  }
  const paint = createPaint(terminal, terminal.stderr);
  const details = [
    failure.reason,
    ...(failure.requestId === null ? [] : [`request ${plainText(failure.requestId)}`]),
    ...(failure.retryAfterMs === undefined ? [] : [`try again in ${failure.retryAfterMs} ms`]),
  ];
  const message = failure.message.split('\n').map(plainText).join('\n');
  terminal.stderr.write(`${paint('red', 'error:')} ${message} ${paint('dim', `(${details.join(', ')})`)}\n`);
}

import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import type { ProofRow } from '@immint/e2e/proof';

/** On what, of what and when a proof was made. */
export interface Circumstances {
  readonly date: string;
  readonly commit: string;
  readonly machine: string;
  readonly node: string;
  readonly postgres: string;
  readonly form: 'short' | 'long';
  /** How many processes wanted a processor in the minute before this was read, on average. */
  readonly load: string;
}

/** Reads them off this machine and this checkout. */
export function readCircumstances({ postgres, form }: Pick<Circumstances, 'postgres' | 'form'>): Circumstances {
  const isChanged = git('status', '--porcelain', '--untracked-files=no') !== '';
  const [cpu] = cpus();
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    commit: git('rev-parse', '--short=12', 'HEAD') + (isChanged ? ' with changes' : ''),
    machine: `${cpus().length} x ${cpu?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${process.arch}`,
    node: process.version,
    postgres,
    form,
    load: loadavg()[0]?.toFixed(1) ?? 'unknown',
  };
}

/** The document: every row, also those that failed, each with what was violated. */
export function renderProof(circumstances: Circumstances, rows: readonly ProofRow[]): string {
  const violations = rows.flatMap(({ what, violations: each }) => each.map((violation) => `- ${what}: ${violation}`));
  const failed = rows.filter((row) => row.violations.length > 0).length;
  return [
    '# The proof: one token, never two',
    '',
    'Real `immint serve` processes on one real PostgreSQL (fsync and synchronous commit on), the sandbox as the provider; its journal',
    'counts the tokens that were given, and its `/_sandbox/connect` judges them. This page is written by the command below,',
    'failures included.',
    '',
    '```sh',
    'npx pnpm proof          # the long form: writes this page',
    'npx pnpm proof --short  # what `npm test` runs: prints the table',
    'npx pnpm proof kill     # only some rows, by name: prints the table',
    '```',
    '',
    `The ${circumstances.form} form, made ${circumstances.date} UTC at commit \`${circumstances.commit}\`, on ${circumstances.machine}; Node ${circumstances.node}, ${circumstances.postgres}. The load of the machine before it began was ${circumstances.load}.`,
    `${rows.length} rows, ${failed} with violations.`,
    '',
    '| what | size | expected | measured | violations | notes |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) =>
      line([row.what, row.size, row.expected, row.measured, String(row.violations.length), row.notes]),
    ),
    '',
    ...(violations.length === 0 ? [] : ['## Violations', '', ...violations, '']),
    '## Words',
    '',
    '- **Orphan**: a token that the provider gave and that nobody stored, because the server died, or stood still for longer than its',
    '  lease, with the answer in its hand. No provider takes an idempotency key, so it cannot be excluded; it is counted. The bound is',
    '  what the servers themselves say is possible; the exact number comes from the journal.',
    '- **A lease lost to a standstill**: a server that stood still for longer than 1.5 s while it asked. Another one asks then, which',
    '  is a second call for that user; it is listed as one.',
    '- 0 violations of n tries bound the true rate below 3/n, at 95 %.',
    '',
  ].join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim();
}

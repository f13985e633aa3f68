import { CliError } from './cli-error.ts';

/** Errors of the server and the sandbox whose message is one sentence for whoever starts them, and holds no secret. */
const NAMED_ERRORS: ReadonlySet<string> = new Set([
  'ConfigError',
  'DatabaseError',
  'KeyCheckError',
  'KeyFileError',
  'SandboxError',
]);

/** What the operating system refuses when a process starts, as a fix. `%` stands for the port or the path. */
const FIX_BY_SYSTEM_CODE: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', '% is taken: stop what listens there, or choose another port with --port (0: any).'],
  ['EADDRNOTAVAIL', 'This machine cannot listen on %: choose another --host.'],
  ['ENOTFOUND', 'The host is not known here: choose another --host.'],
  ['EACCES', '% is not for this user: choose another directory with --data-dir.'],
  ['ENOENT', '% cannot be made: choose another directory with --data-dir.'],
  ['EPERM', '% is not for this user: choose another directory with --data-dir.'],
  ['EROFS', '% is on a read-only file system: choose another directory with --data-dir.'],
  ['ENOTDIR', '% is below something that is no directory: choose another one with --data-dir.'],
  ['EEXIST', '% is there and is no directory: choose another one with --data-dir.'],
  ['ENOSPC', 'The disk is full: make room, then start again; nothing was lost.'],
]);

const PORT_NOT_ALLOWED = '% is not for this user: choose another port above 1023 with --port (0: any).';

/** Runs what starts something, and turns the failures that a person can mend into `CANNOT_START`. */
export async function withStartFailures<Result>(work: () => Promise<Result> | Result): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toStartFailure(error);
  }
}

function toStartFailure(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (NAMED_ERRORS.has(error.name)) {
    return new CliError('CANNOT_START', withoutCode(error.message), { cause: error });
  }
  const code = 'code' in error ? String(error.code) : '';
  const fix = 'port' in error && code === 'EACCES' ? PORT_NOT_ALLOWED : FIX_BY_SYSTEM_CODE.get(code);
  return fix === undefined ? error : new CliError('CANNOT_START', fix.replace('%', place(error)), { cause: error });
}

/** Some of these errors begin with their code, for logs; people read the sentence. */
function withoutCode(message: string): string {
  const sentence = message.replace(/^[A-Z_]+: /, '');
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}${/[.!]$/.test(sentence) ? '' : '.'}`;
}

/** The port, the path or the host that the system refused, as far as its error tells. */
function place(error: NodeJS.ErrnoException & { address?: string; port?: number; hostname?: string }): string {
  const { address, port, path, hostname } = error;
  if (address !== undefined) return port === undefined ? address : `${address}:${port}`;
  return path ?? hostname ?? 'what was asked for';
}

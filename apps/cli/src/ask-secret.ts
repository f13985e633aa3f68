import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CliError } from './cli-error.ts';
import { promptLine, readPiped, withoutLastLineBreak } from './read-input.ts';
import type { Terminal } from './terminal.ts';

/** Where a secret may come from; there is no way to give one as an argument. */
interface SecretSources {
  /** What it is called in questions and sentences: `App Secret`, `API key`, `password`. */
  readonly what: string;
  /** The file that was named, `-` for standard input; otherwise undefined. */
  readonly file?: string | undefined;
  /** The variable of the environment that may hold it. */
  readonly variable?: string;
}

/**
 * Finds a secret: in the file that was named, otherwise in the environment, otherwise in what is piped into standard
 * input, otherwise by asking without showing what is typed. One line break at the end is not part of it.
 */
export async function askSecret(terminal: Terminal, sources: SecretSources): Promise<string> {
  const secret = await findSecret(terminal, sources);
  if (secret === '') throw new CliError('SECRET_MISSING', `The ${sources.what} is empty.${waysToGive(sources)}`);
  return secret;
}

async function findSecret(terminal: Terminal, sources: SecretSources): Promise<string> {
  if (sources.file !== undefined && sources.file !== '-') return readSecretFile(terminal, sources.file);
  const fromEnvironment = sources.variable === undefined ? undefined : terminal.environment[sources.variable];
  if (sources.file === undefined && fromEnvironment !== undefined && fromEnvironment !== '') return fromEnvironment;
  if (terminal.stdin.isTTY !== true) return readPiped(terminal.stdin);
  return promptLine(terminal, `${sources.what}: `, false);
}

/** The path is not repeated: somebody in a hurry may have put the secret itself there. */
async function readSecretFile(terminal: Terminal, file: string): Promise<string> {
  try {
    return withoutLastLineBreak(await readFile(resolve(terminal.workingDirectory, file), 'utf8'));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new CliError('FILE_UNREADABLE', `The file named by --secret-file cannot be read${code}.`);
  }
}

function waysToGive(sources: SecretSources): string {
  const variable = sources.variable === undefined ? '' : ` or set ${sources.variable},`;
  return ` Pipe it into this command,${variable} or run the command in a terminal to be asked for it.`;
}

import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { clientFileIn, userConfigFile } from '../../client-file.ts';
import { dataDirectory } from '../../data-directory.ts';
import { EXIT } from '../../exit-code.ts';
import type { GlobalFlags } from '../../global-flags.ts';
import type { Terminal } from '../../terminal.ts';
import type { Diagnosis } from './diagnosis.ts';

/** Everybody but the owner. */
const OTHERS = 0o077;

/** The files with secrets that may be on this machine: the key that seals, and what clients remember. */
export async function examineFiles(terminal: Terminal, flags: GlobalFlags): Promise<Diagnosis[]> {
  const directory = dataDirectory(terminal, flags);
  const keyFile = resolve(terminal.workingDirectory, terminal.environment['IMMINT_KEY_FILE'] || join(directory, 'key'));
  const files = [
    { subject: 'key file', file: keyFile },
    { subject: 'client file', file: clientFileIn(directory) },
    { subject: 'login', file: userConfigFile(terminal) },
  ];
  const examined = await Promise.all(files.map(({ subject, file }) => examineFile(subject, file)));
  return examined.flatMap((diagnosis) => diagnosis ?? []);
}

/** A file that is not there says nothing: the server may be on another machine. */
async function examineFile(subject: string, file: string): Promise<Diagnosis | undefined> {
  try {
    const { mode } = await stat(file);
    if ((mode & OTHERS) === 0) return { subject, severity: 'ok', code: 'FILE_PRIVATE', message: `${file} is private` };
    return {
      subject,
      severity: 'error',
      code: 'FILE_OPEN_TO_OTHERS',
      message: `Other users of this machine can read ${file}, which holds a secret: chmod 600 it.`,
      exitCode: EXIT.configuration,
    };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    return {
      subject,
      severity: 'error',
      code: 'FILE_UNREADABLE',
      message: `${file} cannot be looked at (${code}): check who owns its directory.`,
      exitCode: EXIT.configuration,
    };
  }
}

import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { CliError } from './cli-error.ts';
import type { Terminal } from './terminal.ts';

/** What a client remembers: a server, and the key for it. */
export const ClientFile = z.object({ url: z.url(), apiKey: z.string().min(1) });
export type ClientFile = z.infer<typeof ClientFile>;

/** The file that `immint start` leaves for the commands beside it. */
export function clientFileIn(dataDirectory: string): string {
  return join(dataDirectory, 'client.json');
}

/** The file that `immint login` writes. Source: XDG Base Directory Specification, which lets only absolute paths count. */
export function userConfigFile(terminal: Terminal): string {
  const configHome = terminal.environment['XDG_CONFIG_HOME'] ?? '';
  return join(isAbsolute(configHome) ? configHome : join(terminal.homeDirectory, '.config'), 'immint', 'config.json');
}

/** Reads a client file; undefined if there is none. Throws `CLIENT_CONFIGURATION` if it cannot be understood. */
export async function readClientFile(file: string): Promise<ClientFile | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CliError('CLIENT_CONFIGURATION', `${file} cannot be read (${String(code)}).`);
  });
  if (text === undefined) return undefined;
  const content = ClientFile.safeParse(parseJson(text));
  if (content.success) return content.data;
  throw new CliError(
    'CLIENT_CONFIGURATION',
    `${file} does not hold a url and an apiKey: remove it, then run \`immint login\`, or \`npm start\` where it was made.`,
  );
}

/** Writes a client file, mode 0600, whole or not at all; directories that it makes are 0700. */
export async function writeClientFile(file: string, content: ClientFile): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true });
  await rename(draft, file);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { ApiError, createImmintClient } from '@immint/client';
import type { RunningServer } from '@immint/server';
import { readClientFile, writeClientFile } from '../../client-file.ts';
import { CliError } from '../../cli-error.ts';

/**
 * The admin key of the demonstration: the one in the client file if the server still takes it, otherwise a new one, which
 * is written there. A run that was killed between the two leaves a key that nobody has, and the next run makes another.
 */
export async function ensureDemoKey(server: RunningServer, clientFile: string): Promise<string> {
  const known = await readClientFile(clientFile).catch(ignoreUnusableFile);
  if (known === undefined || !(await isAdminKey(server.url, known.apiKey))) {
    const created = await server.createKey({ kind: 'admin', label: 'immint start' });
    await writeClientFile(clientFile, { url: server.url, apiKey: created.key });
    return created.key;
  }
  if (known.url !== server.url) await writeClientFile(clientFile, { url: server.url, apiKey: known.apiKey });
  return known.apiKey;
}

/** What is not a client file holds no key that could be lost. */
function ignoreUnusableFile(error: unknown): undefined {
  if (error instanceof CliError) return undefined;
  throw error;
}

async function isAdminKey(url: string, apiKey: string): Promise<boolean> {
  try {
    await createImmintClient({ url, apiKey }).app.list.query();
    return true;
  } catch (error) {
    if (error instanceof ApiError && (error.reason === 'CREDENTIALS_REFUSED' || error.reason === 'NOT_ALLOWED')) {
      return false;
    }
    throw error;
  }
}

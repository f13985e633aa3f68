import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Clocks of file systems are coarse: a file changed at the very moment of the last sync must not be passed over. */
const SLACK_MS = 2000;

/**
 * Brings a directory and everything in it down to the disk (`fsync`), as far as it was changed after `changedSinceMs`
 * (epoch milliseconds; 0 for everything). What disappears meanwhile is passed over.
 */
export async function syncDirectory(path: string, changedSinceMs: number): Promise<void> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const changed of [...paths, path]) {
    // One after the other: the disk is the bottleneck, and a thousand open files would be another.
    await syncIfChanged(changed, changedSinceMs - SLACK_MS);
  }
}

async function syncIfChanged(path: string, sinceMs: number): Promise<void> {
  try {
    if ((await stat(path)).mtimeMs < sinceMs) return;
    const file = await open(path, 'r');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

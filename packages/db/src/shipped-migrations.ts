import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';

/** A migration as it came with this version: forward only, never changed once it was released. */
export interface Migration {
  /** The file's name without its ending: `0001_apps_and_tokens`. */
  readonly name: string;
  readonly script: string;
  /** SHA-256 of the script with line feeds only, so that a checkout with other line ends has the same. */
  readonly checksum: string;
}

const DIRECTORY = new URL('../migrations/', import.meta.url);

/** Reads the migrations of this version, in their order. */
export function readShippedMigrations(directory: URL = DIRECTORY): Migration[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.sql'))
    .toSorted()
    .map((file) => {
      const script = readFileSync(new URL(file, directory), 'utf8').replaceAll('\r\n', '\n');
      const checksum = createHash('sha256').update(script).digest('hex');
      return { name: file.slice(0, -'.sql'.length), script, checksum };
    });
}

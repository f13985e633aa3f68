import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory, and those above it, for its owner alone, and checks that it can be written. Throws the operating
 * system's own error. One level at a time: Node's recursive call never returns where a file system refuses with ENOENT.
 */
export function makeDirectory(directory: string): void {
  makeMissing(directory);
  accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
}

function makeMissing(directory: string): void {
  if (existsSync(directory) && statSync(directory).isDirectory()) return;
  if (!existsSync(directory)) makeMissing(dirname(directory));
  mkdirSync(directory, { mode: 0o700 });
}

import { resolve } from 'node:path';
import type { GlobalFlags } from './global-flags.ts';
import type { Terminal } from './terminal.ts';

/** The data directory: `--data-dir`, otherwise `IMMINT_DATA_DIR`, otherwise `.immint` in the working directory. */
export function dataDirectory(terminal: Terminal, flags: GlobalFlags): string {
  return resolve(terminal.workingDirectory, flags.dataDir ?? (terminal.environment['IMMINT_DATA_DIR'] || '.immint'));
}

import yoctoSpinner from 'yocto-spinner';
import type { Terminal } from './terminal.ts';

/** Work that is done sooner than this shows nothing. */
const PATIENCE_MS = 500;

/** Shows that something is under way while `work` is, on a terminal and unless `quiet`. */
export async function withProgress<Result>(
  terminal: Terminal,
  options: { readonly quiet: boolean; readonly text: string },
  work: Promise<Result>,
): Promise<Result> {
  if (options.quiet || terminal.stderr.isTTY !== true) return work;
  const spinner = yoctoSpinner({ text: options.text, stream: terminal.stderr });
  const timer = setTimeout(() => spinner.start(), PATIENCE_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    spinner.stop();
  }
}

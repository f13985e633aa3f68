import { plainText } from './plain-text.ts';
import type { Terminal } from './terminal.ts';

const WIDTH = 24;

/** How often something is said where there is no bar. */
const LINE_MS = 10_000;

/** Shows on standard error how far something is. */
export interface ProgressBar {
  /** `text` stands behind the bar; `share` is from 0 to 1, undefined where nobody knows the whole. */
  show(text: string, share?: number): void;
  /** Takes the bar away, so that other lines can be written. */
  clear(): void;
}

/** A bar on a terminal, elsewhere a line now and then; nothing under `quiet`. */
export function createProgressBar(terminal: Terminal, options: { readonly quiet: boolean }): ProgressBar {
  const { stderr } = terminal;
  const isBar = stderr.isTTY === true;
  let isShown = false;
  let saidAtMs = terminal.nowMs();

  return {
    show(text, share) {
      if (options.quiet) return;
      const line = `${share === undefined ? '' : `${Math.floor(share * 100)} % `}${plainText(text)}`;
      if (isBar) {
        stderr.write(`\r\u001B[K${share === undefined ? '' : drawBar(share)}${line}`);
        isShown = true;
      } else if (terminal.nowMs() - saidAtMs >= LINE_MS) {
        saidAtMs = terminal.nowMs();
        stderr.write(`${line}\n`);
      }
    },
    clear() {
      if (isShown) stderr.write('\r\u001B[K');
      isShown = false;
    },
  };
}

function drawBar(share: number): string {
  const full = Math.round(share * WIDTH);
  return `[${'='.repeat(full)}${' '.repeat(WIDTH - full)}] `;
}

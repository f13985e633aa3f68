import { createPaint } from './paint.ts';
import type { Paint } from './paint.ts';
import { plainText } from './plain-text.ts';
import type { Terminal } from './terminal.ts';

/** What goes where: data to standard output, everything that is said about it to standard error. */
export interface Output {
  readonly json: boolean;
  readonly quiet: boolean;
  /**
   * The answer of the command: with `--json` as one document, otherwise as `render` writes it. An answer that is
   * rendered as the empty text (nothing but talk) writes nothing.
   */
  answer(value: unknown, render: (paint: Paint) => string): void;
  /** One line of JSON for a program that waits for it, whether or not `--json` was given. */
  line(value: unknown): void;
  /** A line about what is being done; silent under `--quiet`. */
  talk(text: string): void;
  /** A line that a person must see; said under `--quiet` too. */
  warn(text: string): void;
}

/** An {@link Output} on the streams of a terminal. */
export function createOutput(terminal: Terminal, options: { readonly json: boolean; readonly quiet: boolean }): Output {
  const paintOut = createPaint(terminal, terminal.stdout);
  const paintErr = createPaint(terminal, terminal.stderr);
  return {
    ...options,
    answer(value, render) {
      const indent = terminal.stdout.isTTY === true ? 2 : undefined;
      const text = options.json ? JSON.stringify(value, null, indent) : render(paintOut);
      if (text !== '') terminal.stdout.write(`${text}\n`);
    },
    line(value) {
      terminal.stdout.write(`${JSON.stringify(value)}\n`);
    },
    talk(text) {
      if (!options.quiet) terminal.stderr.write(`${paintErr('dim', plainText(text))}\n`);
    },
    warn(text) {
      terminal.stderr.write(`${paintErr('yellow', 'warning:')} ${plainText(text)}\n`);
    },
  };
}

import type { Terminal, TerminalOutput } from './terminal.ts';

const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], yellow: [33, 39], green: [32, 39] } as const;

/** How a text can be set off. */
type Style = keyof typeof CODES;

/** Sets a text off, or leaves it as it is where there are no colours. */
export type Paint = (style: Style, text: string) => string;

/** Colours are for a terminal, and never under `NO_COLOR` (https://no-color.org) or on one that says it has none. */
export function createPaint(terminal: Terminal, stream: TerminalOutput): Paint {
  const noColor = terminal.environment['NO_COLOR'] ?? '';
  const enabled = stream.isTTY === true && noColor === '' && terminal.environment['TERM'] !== 'dumb';
  if (!enabled) return (_style, text) => text;
  return (style, text) => {
    const [on, off] = CODES[style];
    return `\u001B[${on}m${text}\u001B[${off}m`;
  };
}

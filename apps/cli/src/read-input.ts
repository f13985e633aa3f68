import { CliError } from './cli-error.ts';
import type { Terminal, TerminalInput } from './terminal.ts';

const ENTER = /[\r\n]/;
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const ERASE = /[\b\u007F]/;

/** Far above any secret; a pipe of something else is given up early. */
const MAX_PIPED_LENGTH = 65_536;

/** Everything that is piped into standard input, without the one line break that most tools add at the end. */
export async function readPiped(stdin: TerminalInput, maxLength = MAX_PIPED_LENGTH): Promise<string> {
  let text = '';
  stdin.setEncoding('utf8');
  for await (const chunk of stdin) {
    text += String(chunk);
    if (text.length > maxLength) throw new CliError('USAGE', 'Too much came on standard input.');
  }
  return withoutLastLineBreak(text);
}

/** A text without one line break at its end. */
export function withoutLastLineBreak(text: string): string {
  return text.replace(/\r?\n$/, '');
}

/**
 * Asks a person for one line. With `echo: false` what is typed does not show. Ctrl-C rejects with `INTERRUPTED`;
 * Ctrl-D, or the end of input, ends the line.
 */
export async function promptLine(terminal: Terminal, question: string, echo: boolean): Promise<string> {
  const { stdin, stderr } = terminal;
  stdin.setEncoding('utf8');
  // Before the question: whoever answers at once must not see the answer either.
  stdin.setRawMode?.(true);
  try {
    stderr.write(question);
    return await readLine(stdin, (text) => {
      if (echo) stderr.write(text);
    });
  } finally {
    stdin.setRawMode?.(false);
    stderr.write('\n');
  }
}

function readLine(stdin: TerminalInput, show: (text: string) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    let line: string[] = [];

    function finish(settle: () => void): void {
      stdin.off('data', onData);
      stdin.off('end', onEnd);
      stdin.pause();
      settle();
    }
    function onEnd(): void {
      finish(() => resolve(line.join('')));
    }
    function onData(chunk: string | Buffer): void {
      const characters = Array.from(String(chunk));
      for (const [index, character] of characters.entries()) {
        if (character === CTRL_C) return finish(() => reject(new CliError('INTERRUPTED', 'Stopped.')));
        if (ENTER.test(character) || character === CTRL_D) {
          onEnd();
          // Only now, or it would come back here at once.
          const rest = characters
            .slice(index + 1)
            .join('')
            .replace(/^\n/, '');
          if (rest !== '') stdin.unshift(rest);
          return;
        }
        if (!ERASE.test(character)) {
          line.push(character);
          show(character);
        } else if (line.length > 0) {
          line = line.slice(0, -1);
          show('\b \b');
        }
      }
    }

    stdin.on('data', onData);
    stdin.on('end', onEnd);
    stdin.resume();
  });
}

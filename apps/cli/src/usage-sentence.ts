import type { CommanderError } from 'commander';

/**
 * What commander has to say about a command line, less the values that it repeats: one of them may be a secret that
 * somebody typed where none belongs.
 */
export function usageSentence(error: CommanderError): string {
  const sentence = error.message.replace(/^error: /, '');
  switch (error.code) {
    case 'commander.unknownOption':
      return sentence.replace(/^(unknown option '[^=']*)=[^]*?'(?=\n|$)/, "$1'");
    case 'commander.excessArguments':
      return sentence.replace(/( but got \d+): [^]*$/, '$1.');
    default:
      return sentence;
  }
}

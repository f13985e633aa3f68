import type { Command, CommanderError } from 'commander';

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

/** Where the help for a command line is: the nouns and verbs in it that are known, with `--help`. */
export function helpHint(program: Command, argv: readonly string[]): string {
  let command = program;
  const path = [program.name()];
  for (const word of argv) {
    const next = command.commands.find((candidate) => candidate.name() === word);
    if (next === undefined) continue;
    command = next;
    path.push(word);
  }
  return `\`${path.join(' ')} --help\` shows what it takes.`;
}

import type { Command } from 'commander';

/** A command line that works as it stands, and what it does. */
interface Example {
  readonly does: string;
  /** As it is typed in a shell, beginning with `immint` or with what is piped into it. */
  readonly line: string;
}

/** Puts examples under the help of a command. The tests run every one of them. */
export function addExamples(command: Command, examples: readonly Example[]): void {
  const lines = examples.map(({ does, line }) => `  # ${does}\n  $ ${line}\n`);
  command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

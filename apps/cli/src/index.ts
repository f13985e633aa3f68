export { run } from './run.ts';
export { EXIT, EXIT_CODE_BY_REASON } from './exit-code.ts';
export type { ExitCode } from './exit-code.ts';
export type { Terminal, TerminalInput, TerminalOutput } from './terminal.ts';

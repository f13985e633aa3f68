import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeClientFile } from './client-file.ts';
import { EXIT } from './exit-code.ts';
import { createRunner } from './invocation.ts';
import { createProgram } from './program.ts';
import { run } from './run.ts';
import { startApiDouble } from './testing/api-double.ts';
import { createTestTerminal } from './testing/test-terminal.ts';
import type { TestTerminal } from './testing/test-terminal.ts';

const leaves = (command: Command): Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);

const pathOf = (command: Command): string[] =>
  command.parent === null ? [] : [...pathOf(command.parent), command.name()];

/** A terminal for what only shows help. */
const atHome = () => createTestTerminal({ directory: '.' });

async function helpOf(path: readonly string[]): Promise<string> {
  const terminal = atHome();
  await run([...path, '--help'], terminal);
  return terminal.written();
}

/** Every command, and the examples in its help. */
async function collectExamples(): Promise<{ path: string[]; examples: string[] }[]> {
  const program = createProgram(createRunner(atHome()));
  const collected = [];
  for (const path of leaves(program).map(pathOf)) {
    const examples = [...(await helpOf(path)).matchAll(/^ {2}\$ (.*)$/gm)].map((match) => match[1] ?? '');
    collected.push({ path, examples });
  }
  return collected;
}

/** The little of a shell that the examples use: a pipe, an input file, and quotes. */
function readLine(line: string): { argv: string[]; piped: string | undefined } {
  const piped = /^printf %s (\S+) \| /.exec(line)?.[1] ?? (line.includes(' < ') ? 'from-a-file' : undefined);
  const command = line.replace(/^.* \| /, '').replace(/ < \S+$/, '');
  const [name, ...argv] = [...command.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
  expect(name).toBe('immint');
  return { argv, piped };
}

/** A data directory with an empty database in it: to make one takes seconds, to copy one does not. */
const emptyHouse = mkdtempSync(join(tmpdir(), 'immint-empty-'));

beforeAll(async () => {
  const terminal = createTestTerminal({ piped: '', directory: emptyHouse });
  await run(['key', 'create', '--label', 'x', '--admin', '--offline', '--data-dir', 'data', '--quiet'], terminal);
});
afterAll(() => rmSync(emptyHouse, { recursive: true, force: true }));

/** The data directory that a command opens itself, if it does. */
function openedDirectory(argv: readonly string[]): string | undefined {
  if (argv[0] !== 'start' && argv[0] !== 'serve' && !argv.includes('--offline')) return undefined;
  return argv.includes('--data-dir') ? argv[argv.indexOf('--data-dir') + 1] : '.immint';
}

/** The ports of the documentation may be in use, by whoever tries the product while its tests run. */
const ANY_PORTS: Readonly<Record<string, readonly string[]>> = {
  start: ['--port', '0', '--sandbox-port', '0', '--sandbox-backup-port', '0'],
  serve: ['--port', '0'],
  sandbox: ['--port', '0', '--backup-port', '0'],
};

/** Runs an example in a place where what it speaks of is there. What serves for ever is stopped as soon as it is ready. */
async function runExample(line: string): Promise<{ exitCode: number; terminal: TestTerminal }> {
  const server = await startApiDouble();
  const { argv, piped } = readLine(line);
  const placed = argv.includes('--port') ? argv : [...argv, ...(ANY_PORTS[argv[0] ?? ''] ?? [])];
  const given = placed.includes('--url') ? placed.with(placed.indexOf('--url') + 1, server.url) : placed;
  const terminal = createTestTerminal(piped === undefined ? {} : { piped });
  await writeClientFile(join(terminal.directory, '.immint', 'client.json'), { url: server.url, apiKey: 'key' });
  writeFileSync(join(terminal.directory, 'client-secret'), 'a-secret\n');
  writeFileSync(join(terminal.directory, 'users.csv'), 'userId,password,nickname\nu1,made-up,Mei Lin\nu2,,\n');
  writeFileSync(join(terminal.directory, 'launch.csv'), 'userId,name\nu1,Mei Lin\nu2,\n');
  const opened = openedDirectory(argv);
  if (opened !== undefined) cpSync(join(emptyHouse, 'data'), join(terminal.directory, opened), { recursive: true });
  const done = run(given, terminal);
  answerQuestions(terminal, server.url);
  void terminal.until('"ready":true').then(() => terminal.stop());
  void terminal.until('Ctrl-C').then(() => terminal.stop());
  return { exitCode: await done, terminal };
}

function answerQuestions(terminal: TestTerminal, url: string): void {
  void terminal.until('URL of the server').then(() => terminal.type(`${url}\r`));
  for (const question of ['App Secret: ', 'API key: ', 'password: ']) {
    void terminal.until(question).then(() => terminal.type('a-secret\r'));
  }
}

describe('the examples in the help', async () => {
  const collected = await collectExamples();

  it.each(collected)('there is one for every command: $path', ({ examples }) => {
    expect(examples).not.toEqual([]);
  });

  it.each(collected.flatMap(({ examples }) => examples))('are true: %s', async (line) => {
    const { exitCode, terminal } = await runExample(line);

    expect(terminal.said()).not.toContain('error:');
    expect(exitCode).toBe(EXIT.done);
  });
});

describe('the help', () => {
  it('lists exactly the commands that are promised', () => {
    const program = createProgram(createRunner(atHome()));

    expect(leaves(program).map((command) => pathOf(command).join(' '))).toEqual([
      'start',
      'serve',
      'sandbox',
      ...['obtain', 'report', 'inspect', 'timeline', 'list', 'revoke', 'unbar', 'discard', 'bulk'].map(
        (verb) => `token ${verb}`,
      ),
      ...[
        'show',
        'update',
        'ban',
        'unban',
        'banned',
        'online',
        'deactivate',
        'reactivate',
        'deactivated',
        'register',
        'list',
        'delete',
        'password',
        'disconnect',
      ].map((verb) => `user ${verb}`),
      ...['add', 'list', 'show', 'check', 'update'].map((verb) => `app ${verb}`),
      ...['stage', 'cutover', 'abort', 'correct'].map((verb) => `app secret ${verb}`),
      'app remove',
      ...['list', 'show', 'items', 'pause', 'resume', 'cancel'].map((verb) => `job ${verb}`),
      ...['create', 'list', 'revoke'].map((verb) => `key ${verb}`),
      'sign',
      'login',
      'doctor',
    ]);
  });

  it('shows the flags that every command takes', async () => {
    for (const path of leaves(createProgram(createRunner(atHome()))).map(pathOf)) {
      const help = await helpOf(path);
      for (const flag of ['--json', '--url <url>', '--quiet', '--help']) expect(help).toContain(flag);
    }
  });
});

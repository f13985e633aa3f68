import { ApiError, createImmintClient } from '@immint/client';
import type { KeyKind } from '@immint/contracts';
import type { Command } from 'commander';
import { askSecret } from '../ask-secret.ts';
import { userConfigFile, writeClientFile } from '../client-file.ts';
import { DEFAULT_URL } from '../config.ts';
import { addExamples } from '../examples.ts';
import type { Invocation, Runner } from '../invocation.ts';
import { withProgress } from '../progress.ts';
import { promptLine } from '../read-input.ts';
import { readServerUrl, sameServer } from '../server-url.ts';
import { withStartFailures } from '../start-failure.ts';
import { renderRecord } from '../table.ts';

/** `immint login` */
export function addLogin(program: Command, runner: Runner): void {
  const command = program
    .command('login')
    .summary('remember a server and the API key for it')
    .description(
      'Remembers a server and the API key for it, in a file that only you can read, after the server has taken the ' +
        'key. Asks for both on a terminal; otherwise the key comes from IMMINT_API_KEY or standard input, and the URL ' +
        `from --url or IMMINT_URL (otherwise ${DEFAULT_URL}).`,
    );
  addExamples(command, [
    { does: 'be asked for URL and key', line: 'immint login' },
    { does: 'the key is in a file', line: 'immint login --url http://127.0.0.1:7788 < api-key' },
  ]);
  command.action(() => runner.run(command, login));
}

async function login(invocation: Invocation): Promise<void> {
  const { terminal, output } = invocation;
  const url = readServerUrl(await chooseUrl(invocation));
  output.talk(`server: ${url}`);
  // A key that stands beside another URL in the environment is for that one.
  const besides = terminal.environment['IMMINT_URL'];
  const isForThis = besides === undefined || besides === '' || sameServer(besides, url);
  const apiKey = await askSecret(terminal, { what: 'API key', ...(isForThis ? { variable: 'IMMINT_API_KEY' } : {}) });
  const kind = await withProgress(terminal, { quiet: output.quiet, text: 'trying the key' }, kindOfKey(url, apiKey));

  const file = userConfigFile(terminal);
  await withStartFailures(() => writeClientFile(file, { url, apiKey }));

  output.answer({ url, kind, file }, (paint) =>
    renderRecord(paint, [
      ['server', url],
      ['key', kind === 'admin' ? 'may do everything' : 'may use the tokens of its apps'],
      ['remembered in', file],
    ]),
  );
}

async function chooseUrl({ terminal, flags }: Invocation): Promise<string> {
  const given = flags.url ?? terminal.environment['IMMINT_URL'];
  if (given !== undefined && given !== '') return given;
  if (terminal.stdin.isTTY !== true) return DEFAULT_URL;
  return (await promptLine(terminal, `URL of the server [${DEFAULT_URL}]: `, true)) || DEFAULT_URL;
}

/** Only an admin key may list the apps; a key that may not, but is known, is one for tokens. */
async function kindOfKey(url: string, apiKey: string): Promise<KeyKind> {
  try {
    await createImmintClient({ url, apiKey }).app.list.query();
    return 'admin';
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'NOT_ALLOWED') return 'token';
    throw error;
  }
}

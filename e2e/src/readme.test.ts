import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { immint, startImmint, temporaryFolder } from './processes.ts';
import type { Finished, Running } from './processes.ts';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

/** The shell lines of one section of the README, without their comments. */
function linesOf(section: string): string[] {
  const [, text = ''] = read('README.md').split(`\n## ${section}\n`);
  const [body = ''] = text.split('\n## ');
  const blocks = [...body.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block.replaceAll('\\\n', ' '));
  return blocks
    .flatMap((block) => block.split('\n'))
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '');
}

/** Takes a line apart as a shell would, as far as the README's lines go. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
}

let folder: ReturnType<typeof temporaryFolder>;
const running: Running[] = [];
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  for (const process of running.splice(0).toReversed()) await process.stop();
  folder.remove();
});

/** Runs one line that begins with `npx pnpm immint`, with its redirections. */
async function run(line: string, replace: Readonly<Record<string, string>> = {}): Promise<Finished> {
  const words = wordsOf(line);
  expect(words.slice(0, 3), line).toEqual(['npx', 'pnpm', 'immint']);
  const args = words.slice(3).map((word) => replace[word] ?? word);
  const [output, input] = ['>', '<'].map((sign) => {
    const at = args.indexOf(sign);
    return at === -1 ? undefined : args.splice(at, 2)[1];
  });
  const finished = await immint(args, {
    cwd: folder.path,
    ...(input === undefined ? {} : { stdin: readFileSync(join(folder.path, input), 'utf8') }),
  });
  if (output !== undefined) writeFileSync(join(folder.path, output), finished.stdout);
  return finished;
}

describe('the README', () => {
  test('shows in “Use” what works while everything is up', async () => {
    const ports = ['--port', '0', '--sandbox-port', '0', '--sandbox-backup-port', '0'];
    running.push(await startImmint(['start', '--json', ...ports], { cwd: folder.path }));
    writeFileSync(join(folder.path, 'users.csv'), 'userId,name\nu7,Mei Lin\nu8,\n');
    const lines = linesOf('Use');
    const commands = lines.filter((line) => line.startsWith('npx'));
    expect(commands.length).toBeGreaterThan(5);
    for (const line of commands) expect(await run(line), line).toMatchObject({ code: 0 });

    const curl = wordsOf(lines.find((line) => line.startsWith('curl')) ?? '');
    const { url, apiKey } = JSON.parse(readFileSync(join(folder.path, '.immint', 'client.json'), 'utf8')) as Record<
      string,
      string
    >;
    const headers = curl
      .filter((_, index) => curl[index - 1] === '-H')
      .map((header) => header.replace('$IMMINT_API_KEY', apiKey ?? '').split(': ') as [string, string]);
    const response = await fetch((curl[1] ?? '').replace('http://127.0.0.1:7788', url ?? ''), {
      method: 'POST',
      headers,
      body: curl[curl.indexOf('-d') + 1] ?? '',
    });
    expect(response.status).toBe(200);
  });

  test('shows in “Your own account” what works, here with an account of the sandbox', async () => {
    const [createKey = '', serve = '', ...rest] = linesOf('Your own account, in five minutes');
    const sandbox = await startImmint(['sandbox', '--port', '0', '--backup-port', '0'], { cwd: folder.path });
    running.push(sandbox);
    writeFileSync(join(folder.path, 'app-secret'), 'sandbox-rongcloud-secret\n');
    expect(await run(createKey)).toMatchObject({ code: 0 });
    expect(wordsOf(serve).slice(3)).toEqual(['serve']);
    const server = await startImmint(['serve', '--port', '0'], { cwd: folder.path });
    running.push(server);

    const ownAccount = {
      uwd1c0sxdlx2: 'sandbox-rongcloud',
      '--data-center': '--base-url',
      beijing: sandbox.url,
      login: 'login',
    };
    for (const line of rest) {
      const isLogin = line.includes(' login ');
      const finished = await run(isLogin ? line.replace('login', `login --url ${server.url}`) : line, ownAccount);
      expect(finished, line).toMatchObject({ code: 0 });
    }
    expect(rest.length).toBe(5);
  });

  test('shows the table that the first start prints', () => {
    const [, shown = ''] = /```\n(APP [\s\S]*?)\n\n/.exec(read('README.md')) ?? [];
    expect(shown.split('\n').map((line) => line.split(/\s{2,}/))).toEqual([
      ['APP', 'USER', 'TOKEN', 'PROVIDER CALLS'],
      ['rongcloud-demo', 'jlk456j5', 'issued', '1'],
      ['nexconn-demo', 'jlk456j5', 'issued', '1'],
      ['easemob-demo', 'jlk456j5', 'issued', '2'],
    ]);
  });
});

describe('the papers', () => {
  const PAPERS = [
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'apps/sandbox/README.md',
    'docs/sandbox.md',
  ];

  test.each(PAPERS)('%s names only files and scripts that are there', (paper) => {
    const text = read(paper);
    const base = new URL(`../../${paper}`, import.meta.url);
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path = '']) => new URL(path, base));
    const paths = [...text.matchAll(/`((?:apps|packages|tools|docs|e2e)\/[\w./-]+\.\w+)`/g)].map(
      ([, path = '']) => new URL(`../../${path}`, import.meta.url),
    );
    const missing = [...links, ...paths].filter((url) => {
      try {
        readFileSync(url);
        return false;
      } catch (error) {
        return !(error instanceof Error && 'code' in error && error.code === 'EISDIR');
      }
    });
    expect(missing.map((url) => url.pathname)).toEqual([]);
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const shown = [...text.matchAll(/npx pnpm (?!immint|--filter)([\w:]+)/g)].map(([, script = '']) => script);
    expect(shown.filter((script) => scripts[script] === undefined)).toEqual([]);
  });
});

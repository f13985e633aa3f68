import { once } from 'node:events';
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { immint, spawnImmint, startImmint, temporaryFolder } from './processes.ts';
import { controlOf } from './sandbox-control.ts';

/** Ports of our own, so that a product that runs on this machine is not in the way. */
const ANY_PORTS = ['--port', '0', '--sandbox-port', '0', '--sandbox-backup-port', '0'];

/** Where a first run has been; whatever needs one before it works on a copy. */
let lived: ReturnType<typeof temporaryFolder>;
let folder: ReturnType<typeof temporaryFolder>;
const children: ReturnType<typeof spawnImmint>[] = [];
beforeAll(async () => {
  lived = temporaryFolder();
  const started = await immint(['start', '--once', ...ANY_PORTS], { cwd: lived.path });
  if (started.code !== 0) throw new Error(started.stderr);
});
afterAll(() => lived.remove());
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  folder.remove();
});

const startOnce = (env: Record<string, string> = {}) =>
  immint(['start', '--once', ...ANY_PORTS], { cwd: folder.path, env });

const moveIn = () => cpSync(lived.path, folder.path, { recursive: true });

/** The rows of the table that `start` prints: app, user, where the token came from, provider calls. */
function rowsOf(stdout: string): string[][] {
  return stdout
    .split('\n')
    .filter((line) => line.includes('-demo ') && line.includes('jlk456j5'))
    .map((line) => line.trim().split(/\s{2,}/))
    .filter((columns) => columns.length === 4);
}

test('the first run obtains three tokens, the second finds them stored and asks no provider', async () => {
  const first = await startOnce();
  expect(first.code, first.stderr).toBe(0);
  expect(rowsOf(first.stdout)).toEqual([
    ['rongcloud-demo', 'jlk456j5', 'issued', '1'],
    ['nexconn-demo', 'jlk456j5', 'issued', '1'],
    ['easemob-demo', 'jlk456j5', 'issued', '2'],
  ]);
  const second = await startOnce();
  expect(second.code, second.stderr).toBe(0);
  expect(rowsOf(second.stdout)).toEqual([
    ['rongcloud-demo', 'jlk456j5', 'stored', '0'],
    ['nexconn-demo', 'jlk456j5', 'stored', '0'],
    ['easemob-demo', 'jlk456j5', 'stored', '0'],
  ]);
});

test('it writes only under its data directory, which only its owner may enter', async () => {
  await startOnce();
  expect(readdirSync(folder.path)).toEqual(['.immint']);
  expect(statSync(join(folder.path, '.immint')).mode & 0o777).toBe(0o700);
  for (const file of ['key', 'client.json']) {
    expect(statSync(join(folder.path, '.immint', file)).mode & 0o777, file).toBe(0o600);
  }
});

test('it reads no DATABASE_URL, which often belongs to another product', async () => {
  const started = await startOnce({ DATABASE_URL: 'postgres://other:made-up-password@127.0.0.1:1/other' });
  expect(started.code, started.stderr).toBe(0);
});

describe('while one is up', () => {
  beforeEach(moveIn);

  test('a second one on the same directory is refused in one line, and the first one works on', async () => {
    const up = await startUp();
    const second = await startOnce();
    expect(second.code).not.toBe(0);
    expect(second.stderr.trim().split('\n')).toHaveLength(1);
    expect(second.stderr).toMatch(/uses the database directory .* name another data directory/);
    const obtained = await immint(['token', 'obtain', 'rongcloud-demo', 'jlk456j5'], { cwd: folder.path });
    expect(obtained.code, obtained.stderr).toBe(0);
    expect(await up.stop('SIGINT')).toBe(0);
  });

  test('the tokens are good at the IM service, also after a restart of everything', async () => {
    const tokens = new Map<string, string>();
    const first = await startUp();
    for (const app of ['rongcloud-demo', 'nexconn-demo', 'easemob-demo']) {
      const obtained = await immint(['token', 'obtain', app, 'jlk456j5'], { cwd: folder.path });
      tokens.set(app, obtained.stdout.trim());
    }
    await first.stop('SIGINT');
    const second = await startUp();
    const { connect } = controlOf(second.sandboxUrl);
    const ok = { ok: true, userId: 'jlk456j5' };
    expect(await connect('rongcloud', 'sandbox-rongcloud', tokens.get('rongcloud-demo') ?? '')).toEqual(ok);
    expect(await connect('nexconn', 'sandbox-nexconn', tokens.get('nexconn-demo') ?? '')).toEqual(ok);
    expect(await connect('easemob', 'sandbox-org#sandbox-app', tokens.get('easemob-demo') ?? '')).toEqual(ok);
    await second.stop('SIGINT');
  });

  test('kill -9 loses no token that a caller was given', async () => {
    const up = await startUp();
    const given: { userId: string; token: string }[] = [];
    // The process dies at some point of a stream of calls; what was answered before that must be there afterwards.
    for (let user = 0; user < 25; user += 1)
      given.push({ userId: `kill${user}`, token: await up.obtain('rongcloud-demo', `kill${user}`) });
    const late = Array.from({ length: 25 }, async (_, user) => {
      const userId = `late${user}`;
      const token = await up.obtain('rongcloud-demo', userId).catch(() => undefined);
      if (token !== undefined) given.push({ userId, token });
    });
    await Promise.race(late);
    await up.stop('SIGKILL');
    await Promise.all(late);
    expect(given.length).toBeGreaterThanOrEqual(25);

    const again = await startUp();
    for (const { userId, token } of given) expect(await again.obtain('rongcloud-demo', userId)).toBe(token);
    const { connect } = controlOf(again.sandboxUrl);
    const verdicts = await Promise.all(given.map(({ token }) => connect('rongcloud', 'sandbox-rongcloud', token)));
    expect(verdicts.filter((verdict) => verdict['ok'] !== true)).toEqual([]);
    await again.stop('SIGINT');
  });
});

describe('what stands in the way is named in one line', () => {
  test('a data directory that is a file', async () => {
    writeFileSync(join(folder.path, '.immint'), 'in the way');
    await expectOneLine(await startOnce(), /\.immint/);
    expect(readFileSync(join(folder.path, '.immint'), 'utf8')).toBe('in the way');
  });

  test('a taken port', async () => {
    const taken = await startImmint(['sandbox', '--port', '0', '--backup-port', '0'], { cwd: folder.path });
    const { port } = new URL(taken.url);
    const started = await immint(
      ['start', '--once', '--port', port, '--sandbox-port', '0', '--sandbox-backup-port', '0'],
      { cwd: folder.path },
    );
    await taken.stop();
    await expectOneLine(started, new RegExp(port));
  });

  test('a key file that is gone, or another one: nothing is made anew over what was sealed with it', async () => {
    moveIn();
    const key = join(folder.path, '.immint', 'key');
    const content = readFileSync(key, 'utf8');
    rmSync(key);
    await expectOneLine(await startOnce(), /key/);
    expect(existsSync(key)).toBe(false);
    writeFileSync(
      key,
      content.replace(/.(?=\n?$)/, (last) => (last === 'A' ? 'E' : 'A')),
    );
    await expectOneLine(await startOnce(), /key/);
    writeFileSync(key, content);
    expect((await startOnce()).code).toBe(0);
  });

  async function expectOneLine(finished: { code: number | null; stderr: string }, names: RegExp): Promise<void> {
    expect(finished.code, finished.stderr).not.toBe(0);
    expect(finished.stderr.trim().split('\n'), finished.stderr).toHaveLength(1);
    expect(finished.stderr).toMatch(names);
    expect(existsSync(folder.path)).toBe(true);
  }
});

/** `immint start` without `--once`, up and asked over its own API. */
async function startUp() {
  const child = spawnImmint(['start', ...ANY_PORTS], { cwd: folder.path });
  children.push(child);
  child.stdin.end();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  let stdout = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
      if (/Ctrl-C/.test(stdout)) resolve();
    });
    child.once('close', (code) => reject(new Error(`immint start ended with ${code}: ${stderr}`)));
  });
  const client = JSON.parse(readFileSync(join(folder.path, '.immint', 'client.json'), 'utf8')) as {
    url: string;
    apiKey: string;
  };
  const shown = await immint(['app', 'show', 'rongcloud-demo', '--json'], { cwd: folder.path });
  return {
    sandboxUrl: (JSON.parse(shown.stdout) as { baseUrl: string }).baseUrl,
    async obtain(app: string, userId: string): Promise<string> {
      const response = await fetch(`${client.url}/trpc/token.obtain`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${client.apiKey}` },
        body: JSON.stringify({ app, userId }),
      });
      const body = (await response.json()) as { result: { data: { token: string } } };
      return body.result.data.token;
    },
    async stop(signal: 'SIGINT' | 'SIGKILL'): Promise<number | null> {
      const closed = once(child, 'close');
      child.kill(signal);
      await closed;
      return child.exitCode;
    },
  };
}

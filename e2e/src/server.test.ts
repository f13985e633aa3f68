import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { startPostgres } from '@immint/db/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { immint, spawnImmint, startImmint, temporaryFolder } from './processes.ts';
import type { Running } from './processes.ts';
import { controlOf } from './sandbox-control.ts';

let postgres: Awaited<ReturnType<typeof startPostgres>>;
let sandbox: Running;
let folder: ReturnType<typeof temporaryFolder>;
let env: Record<string, string>;
const running: Running[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  const cwd = temporaryFolder();
  sandbox = await startImmint(['sandbox', '--port', '0', '--backup-port', '0'], { cwd: cwd.path });
  cwd.remove();
});
afterAll(async () => {
  await sandbox.stop();
  await postgres.stop();
});
beforeEach(async () => {
  folder = temporaryFolder();
  env = { DATABASE_URL: (await postgres.createDatabase()).reveal() };
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((process) => process.stop('SIGKILL')));
  await controlOf(sandbox.url).clearFaults();
  folder.remove();
});

async function serve(extra: Record<string, string> = {}): Promise<Running> {
  const server = await startImmint(['serve', '--port', '0'], { cwd: folder.path, env: { ...env, ...extra } });
  running.push(server);
  return server;
}

async function makeKey(): Promise<string> {
  const created = await immint(['key', 'create', '--label', 'tests', '--admin', '--offline'], {
    cwd: folder.path,
    env,
  });
  expect(created.code, created.stderr).toBe(0);
  return created.stdout.trim();
}

async function post(server: Running, key: string, procedure: string, input: unknown) {
  const response = await fetch(`${server.url}/trpc/${procedure}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(input),
  });
  const body = (await response.json()) as { result?: { data: Record<string, unknown> } };
  return { status: response.status, data: body.result?.data ?? {} };
}

const addRongCloud = (server: Running, key: string) =>
  post(server, key, 'app.add', {
    app: 'rc',
    provider: 'rongcloud',
    appKey: 'sandbox-rongcloud',
    secret: 'sandbox-rongcloud-secret',
    baseUrl: sandbox.url,
  });

describe('a server', () => {
  test('says that it lives and that it can serve, to anybody, and nothing else', async () => {
    const server = await serve();
    for (const path of ['healthz', 'readyz']) {
      const response = await fetch(`${server.url}/${path}`);
      expect([response.status, await response.text()]).toEqual([200, '{"ok":true}']);
    }
  });

  test('prints one JSON line when it is ready, and says how to make the first key', async () => {
    const server = await serve();
    expect(server.ready).toEqual({ ready: true, url: server.url, pid: server.pid });
    await expect.poll(() => server.output()).toContain('immint key create');
  });

  test('that is told to stop answers the calls under way, and ends with 0', async () => {
    const key = await makeKey();
    const server = await serve();
    await addRongCloud(server, key);
    const control = controlOf(sandbox.url);
    await control.post('faults', [{ provider: 'rongcloud', kind: 'delay', delayMs: 1_500, times: 1 }]);
    const underWay = post(server, key, 'token.obtain', { app: 'rc', userId: 'stopping' });
    await expect
      .poll(async () => (await control.journal()).some((entry) => entry.userIds.includes('stopping')), {
        timeout: 10_000,
      })
      .toBe(true);
    expect(await server.stop('SIGTERM')).toBe(0);
    expect(await underWay).toMatchObject({ status: 200, data: { source: 'issued' } });
  });

  test('that is told to stop is not held by a request that was only half sent', async () => {
    const server = await serve();
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1').on('error', () => {});
    await once(socket, 'connect');
    socket.write(
      'POST /trpc/token.obtain HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    await fetch(`${server.url}/healthz`);
    expect(await server.stop('SIGTERM')).toBe(0);
    socket.destroy();
  });

  test('answers in the one shape of its errors, whatever is asked of it', async () => {
    const server = await serve();
    const asked: [string, Record<string, string>, number, string][] = [
      ['/trpc/%E0%A4%A', {}, 404, 'PROCEDURE_UNKNOWN'],
      [`/trpc/${'a'.repeat(400)}`, {}, 404, 'PROCEDURE_UNKNOWN'],
      ['/trpc/app.list,key.list?batch=1', {}, 400, 'INPUT_INVALID'],
      ['/trpc/app.list', { 'trpc-accept': 'application/jsonl' }, 400, 'INPUT_INVALID'],
    ];
    for (const [path, headers, status, reason] of asked) {
      const response = await fetch(`${server.url}${path}`, { headers });
      const body = (await response.json()) as { error: { data: Record<string, unknown> } };
      expect(Object.keys(body), path).toEqual(['error']);
      expect(body.error.data, path).toMatchObject({ httpStatus: status, reason });
      expect(body.error.data['requestId'], path).toMatch(/^req_/);
      expect(response.status, path).toBe(status);
    }
  });

  test('logs each request as one JSON document with its id, which the caller is given too', async () => {
    const key = await makeKey();
    const server = await serve();
    const response = await fetch(`${server.url}/trpc/app.list`, { headers: { authorization: `Bearer ${key}` } });
    const requestId = response.headers.get('x-request-id') ?? '';
    expect(requestId).toMatch(/^req_/);
    await server.stop();
    const lines = server
      .output()
      .split('\n')
      .filter((line) => line.includes(requestId))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(expect.objectContaining({ event: 'request', path: '/trpc/app.list', status: 200 }));
  });
});

describe('several servers on one database', () => {
  test('start at once on an empty one, and serve each other’s keys, apps and tokens', async () => {
    const servers = await Promise.all([serve(), serve(), serve()]);
    const key = await makeKey();
    const [first, second, third] = servers;
    expect((await addRongCloud(first, key)).status).toBe(200);
    const issued = await post(second, key, 'token.obtain', { app: 'rc', userId: 'shared' });
    const stored = await post(third, key, 'token.obtain', { app: 'rc', userId: 'shared' });
    expect(issued.data).toMatchObject({ source: 'issued', generation: 1 });
    expect(stored.data).toEqual({ ...issued.data, source: 'stored' });
  });

  test('hand out one and the same token, also when all are asked at once', async () => {
    const key = await makeKey();
    const servers = await Promise.all([serve(), serve()]);
    await addRongCloud(servers[0], key);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        post(servers[index % 2] as Running, key, 'token.obtain', { app: 'rc', userId: 'storm' }),
      ),
    );
    expect(new Set(answers.map(({ data }) => data['token'])).size).toBe(1);
    expect(new Set(answers.map(({ data }) => data['generation']))).toEqual(new Set([1]));
  });

  test('one without the key file, or with another one, does not start, and makes none', async () => {
    await makeKey();
    const keyFile = join(folder.path, '.immint', 'key');
    const content = readFileSync(keyFile, 'utf8');
    rmSync(keyFile);
    const missing = await immint(['serve', '--port', '0'], { cwd: folder.path, env });
    expect(missing).toMatchObject({ code: 78, stdout: '' });
    expect(missing.stderr).toContain(keyFile);
    writeFileSync(keyFile, `immint-key-v1 ${Buffer.alloc(32, 7).toString('base64url')}\n`, { mode: 0o600 });
    expect(await immint(['serve', '--port', '0'], { cwd: folder.path, env })).toMatchObject({ code: 78, stdout: '' });
    writeFileSync(keyFile, content);
    await serve();
  });
});

describe('what stands in the way of a server is named in one line', () => {
  test.each([
    [
      'a database that nobody serves',
      { DATABASE_URL: 'postgres://u:made-up-password@127.0.0.1:1/db', IMMINT_DATABASE_WAIT_SECONDS: '0' },
      /cannot be reached/,
    ],
    ['a database URL that is none', { DATABASE_URL: 'made-up-password' }, /DATABASE_URL/],
    ['a port that is none', { IMMINT_PORT: 'seven' }, /IMMINT_PORT/],
  ])('%s', async (_what, wrong, names) => {
    const child = spawnImmint(['serve', ...('IMMINT_PORT' in wrong ? [] : ['--port', '0'])], {
      cwd: folder.path,
      env: { ...env, ...wrong },
    });
    child.stdin.end();
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code).toBe(78);
    expect(stderr.trim().split('\n'), stderr).toHaveLength(1);
    expect(stderr).toMatch(names);
    expect(stderr).not.toContain('made-up-password');
  });
});

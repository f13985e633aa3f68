import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { EasemobUserTokenReply } from '@immint/contracts/easemob';
import { NexconnIssueTokenReply } from '@immint/contracts/nexconn';
import { RongCloudIssueTokenReply } from '@immint/contracts/rongcloud';
import { describe, expect, onTestFinished, test } from 'vitest';

import { startSandbox } from './start-sandbox.ts';
import { callsOf, EASEMOB_APP_KEY, runSandbox, signedHeaders } from './testing/running-sandbox.ts';

const APP_KEY = 'sandbox-rongcloud';
const ISSUE = '/user/getToken.json';

const temporaryDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'immint-sandbox-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'data');
};

const serveDirectory = fileURLToPath(new URL('testing/serve-directory.ts', import.meta.url));

const startChild = async (dataDir: string): Promise<{ url: string; kill: () => Promise<void> }> => {
  const child = spawn(process.execPath, [serveDirectory, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(kill);
  const url = await new Promise<string>((resolve) => {
    child.stdout.once('data', (line: Buffer) => resolve(line.toString('utf8').trim()));
  });
  return { url, kill };
};

describe('with a data directory', () => {
  test('accounts, users, tokens, secrets, settings and the clock are there again after a restart', async () => {
    const dataDir = temporaryDirectory();
    const first = await runSandbox({ dataDir, now: () => Date.UTC(2026, 10, 22) });
    await first.control('POST', '/apps', { provider: 'rongcloud', appKey: 'k1', secret: 's1' });
    await first.control('POST', '/settings', { provider: 'rongcloud', appKey: 'k1', tokenTtlSeconds: 100 });
    await first.control('POST', '/secret', { provider: 'rongcloud', appKey: 'k1', secret: 's2' });
    const form = { userId: 'u1', name: 'Name' };
    const rongcloud = RongCloudIssueTokenReply.parse(
      (await first.rongcloud(ISSUE, form, signedHeaders('k1', 's2'))).body,
    );
    const nexconn = NexconnIssueTokenReply.parse((await first.nexconn('/v4/auth/access-token/issue', form)).body);
    const appToken = await first.easemobAppToken();
    await first.easemob('/users', { username: 'u1', password: 'p' }, { Authorization: `Bearer ${appToken}` });
    await first.control('POST', '/clock', { advanceMs: 60_000 });
    await first.close();

    const second = await runSandbox({ dataDir, now: () => Date.UTC(2026, 10, 22) });
    expect(await second.connect('rongcloud', 'k1', rongcloud.token)).toEqual({ ok: true, userId: 'u1' });
    expect(await second.connect('nexconn', 'sandbox-nexconn', nexconn.result.accessToken)).toMatchObject({ ok: true });
    const info = await second.rongcloud('/user/info.json', form, signedHeaders('k1', 's2'));
    expect(info.body).toMatchObject({ userName: 'Name' });
    const request = { grant_type: 'inherit', username: 'u1' };
    const reply = await second.easemob('/token', request, { Authorization: `Bearer ${appToken}` });
    const userToken = EasemobUserTokenReply.parse(reply.body).access_token;
    expect(await second.connect('easemob', EASEMOB_APP_KEY, userToken)).toEqual({ ok: true, userId: 'u1' });
    expect((await second.control('POST', '/clock', { advanceMs: 40_000 })).body).toMatchObject({ offsetMs: 100_000 });
    expect(await second.connect('rongcloud', 'k1', rongcloud.token)).toEqual({ ok: false, reason: 'expired' });
  });

  test('who is deactivated, deleted or online, relations, tags and profiles are remembered too', async () => {
    const dataDir = temporaryDirectory();
    const first = await runSandbox({ dataDir });
    const tokens: string[] = [];
    for (const userId of ['u1', 'u2', 'u3']) {
      const { body } = await first.rongcloud(ISSUE, { userId, name: 'n' });
      tokens.push(RongCloudIssueTokenReply.parse(body).token);
    }
    await first.rongcloud('/user/deactivate.json', { userId: 'u1' });
    await first.rongcloud('/user/delusers.json', { userId: 'u2' });
    await first.control('POST', '/online', { provider: 'rongcloud', appKey: APP_KEY, userId: 'u3', online: true });
    await first.rongcloud('/user/blacklist/add.json', { userId: 'u3', blackUserId: 'u9' });
    await first.rongcloud('/user/profile/set.json', { userId: 'u3', userProfile: '{"age":7}' });
    await first.close();

    const second = await runSandbox({ dataDir });
    const verdicts = await Promise.all(tokens.map((token) => second.connect('rongcloud', APP_KEY, token)));
    expect(verdicts).toEqual([
      { ok: false, reason: 'revoked' },
      { ok: false, reason: 'invalid' },
      { ok: true, userId: 'u3' },
    ]);
    const ask = async (path: string): Promise<unknown> => (await second.rongcloud(path, { userId: 'u3' })).body;
    expect(await ask('/user/deactivate/query.json')).toMatchObject({ users: ['u1'] });
    expect(await ask('/user/checkOnline.json')).toMatchObject({ status: '1' });
    expect(await ask('/user/blacklist/query.json')).toMatchObject({ users: ['u9'] });
    expect(await ask('/user/profile/batch/query.json')).toMatchObject({ userList: [{ userProfile: '{"age":7}' }] });
  });

  test('a reset is remembered too', async () => {
    const dataDir = temporaryDirectory();
    const first = await runSandbox({ dataDir });
    await first.rongcloud(ISSUE, { userId: 'u1', name: 'n' });
    await first.control('POST', '/reset', {});
    await first.close();
    const second = await runSandbox({ dataDir });
    expect((await second.rongcloud('/user/info.json', { userId: 'u1' })).status).toBe(400);
  });

  test('only its owner can read it', async () => {
    const dataDir = temporaryDirectory();
    await runSandbox({ dataDir });
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dataDir, 'state.jsonl')).mode & 0o777).toBe(0o600);
  });

  test('a torn last line is cut; a spoilt line in the middle stops the start and names itself', async () => {
    const dataDir = temporaryDirectory();
    const file = join(dataDir, 'state.jsonl');
    const first = await runSandbox({ dataDir });
    const { token } = RongCloudIssueTokenReply.parse((await first.rongcloud(ISSUE, { userId: 'u1', name: 'n' })).body);
    await first.close();
    appendFileSync(file, '{"event":"token-saved","prov');
    const second = await runSandbox({ dataDir });
    expect(await second.connect('rongcloud', APP_KEY, token)).toEqual({ ok: true, userId: 'u1' });
    await second.rongcloud(ISSUE, { userId: 'u2', name: 'n' });
    await second.close();
    const third = await runSandbox({ dataDir });
    expect((await third.rongcloud('/user/info.json', { userId: 'u2' })).status).toBe(200);
    await third.close();

    const [header, ...lines] = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, [header, 'spoilt', ...lines].join('\n'));
    await expect(startSandbox({ port: 0, backupPort: 0, dataDir })).rejects.toMatchObject({
      code: 'STATE_UNREADABLE',
      message: expect.stringContaining(`line 2 of ${file}`),
    });
  });
});

describe('where a file may not grow to the length of the state', () => {
  test.each([
    ['in an early line', () => 1],
    ['in the last line', (sizeBytes: number) => Math.floor((sizeBytes - 1) / 512)],
  ])(
    'the limit is met %s: the start is refused with the reason, and the file is as it was',
    async (_where, blocksOf) => {
      const dataDir = temporaryDirectory();
      const file = join(dataDir, 'state.jsonl');
      const first = await runSandbox({ dataDir });
      await first.rongcloud(ISSUE, { userId: 'u1', name: 'n' });
      await first.control('POST', '/apps', { provider: 'rongcloud', appKey: 'k1', secret: 's'.repeat(256) });
      await first.close();
      const before = readFileSync(file, 'utf8');

      // POSIX counts in blocks of 512 bytes, and the line of that long secret is longer than one.
      const limit = `ulimit -f ${blocksOf(Buffer.byteLength(before))} && exec "$@"`;
      const { status, stderr } = spawnSync('sh', ['-c', limit, 'sh', process.execPath, serveDirectory, dataDir], {
        encoding: 'utf8',
        timeout: 60_000,
      });
      expect(status).toBe(1);
      expect(stderr).toContain(`there is no room to write in the directory ${dataDir}`);
      expect(stderr).toContain("code: 'DIRECTORY_UNWRITABLE'");
      expect(readFileSync(file, 'utf8')).toBe(before);
      expect(readdirSync(dataDir).toSorted()).toEqual(['sandbox.lock', 'state.jsonl']);
    },
  );
});

describe('two sandboxes on one directory', () => {
  const inUse = { name: 'SandboxError', code: 'DIRECTORY_IN_USE' };

  test('the second is refused, in this process and in another, and the first is unharmed', async () => {
    const dataDir = temporaryDirectory();
    const child = await startChild(dataDir);
    await expect(startSandbox({ port: 0, backupPort: 0, dataDir })).rejects.toMatchObject(inUse);
    await child.kill();
    const here = await runSandbox({ dataDir });
    await expect(startSandbox({ port: 0, backupPort: 0, dataDir })).rejects.toMatchObject({
      ...inUse,
      message: expect.stringContaining(dataDir),
    });
    expect((await here.rongcloud(ISSUE, { userId: 'u1', name: 'n' })).status).toBe(200);
    await here.close();
    await runSandbox({ dataDir });
  });
});

describe('kill -9 in the middle of a stream of issues', () => {
  test('loses no token that was handed out', async () => {
    const dataDir = temporaryDirectory();
    const child = await startChild(dataDir);
    const { control, rongcloud } = callsOf(child.url);
    await control('POST', '/limits', { provider: 'rongcloud', path: ISSUE, perSecond: 1_000_000 });
    const handedOut: string[] = [];
    let sawEnough = (): void => {};
    const enough = new Promise<void>((resolve) => {
      sawEnough = resolve;
    });
    const issueUntilDead = async (userId: string): Promise<void> => {
      for (;;) {
        const { body } = await rongcloud(ISSUE, { userId, name: 'n' });
        handedOut.push(RongCloudIssueTokenReply.parse(body).token);
        if (handedOut.length === 200) sawEnough();
      }
    };
    const callers = Array.from({ length: 8 }, (_each, at) => issueUntilDead(`u${at}`));
    const allDied = Promise.allSettled(callers);
    await enough;
    await child.kill();
    await allDied;

    const sandbox = await runSandbox({ dataDir });
    const verdicts = await Promise.all(handedOut.map((token) => sandbox.connect('rongcloud', APP_KEY, token)));
    expect(verdicts.filter((verdict) => Object(verdict).ok !== true)).toEqual([]);
    expect(verdicts.length).toBeGreaterThanOrEqual(200);
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openHouse, toAnswer } from './house.ts';
import type { Answer, House } from './house.ts';
import { startImmint } from './processes.ts';
import type { Running } from './processes.ts';

// A secret is changed while people log in through several servers. The sandbox is the judge: it knows which secret and which
// tokens are good, and takes the old secret until the first call signed with the new one, as RongCloud does.

/** Every server follows a change within this. */
const FOLLOWED_MS = 1_000;

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterEach(() => house.sandbox.control.clearFaults());
afterAll(() => house.close());

const startServer = () =>
  startImmint(['serve', '--port', '0'], { cwd: house.cwd, env: { DATABASE_URL: house.databaseUrl } });

type Provider = 'rongcloud' | 'nexconn' | 'easemob';

/** An account of its own; RongCloud's and Nexconn's take the old secret until the new one is used. */
async function addApp(app: string, provider: Provider = 'rongcloud'): Promise<string> {
  const isEasemob = provider === 'easemob';
  const client = isEasemob ? { clientId: `client-of-${app}` } : {};
  const account = { provider, appKey: isEasemob ? `sandbox-org#${app}` : `key-of-${app}`, ...client };
  const { appKey } = account;
  await house.sandbox.control.post('apps', { ...account, secret: `first-of-${app}` });
  if (!isEasemob) await house.sandbox.control.post('settings', { provider, appKey, oldSecretUntilFirstUse: true });
  const added = await house.call('app.add', {
    ...account,
    app,
    secret: `first-of-${app}`,
    baseUrl: house.sandbox.url,
  });
  expect(added.status, added.text).toBe(200);
  return account.appKey;
}

const refresh = (appKey: string, secret: string, provider: Provider = 'rongcloud') =>
  house.sandbox.control.post('secret', { provider, appKey, secret });
const secretCommand = (verb: string, app: string, stdin?: string) => {
  const source = stdin === undefined ? [] : ['--secret-file', '-'];
  return house.run(['app', 'secret', verb, app, '--json', ...source], stdin === undefined ? {} : { stdin });
};
const stage = (app: string, secret: string) => house.call('app.stageSecret', { app, secret });
const cutOver = (app: string) => house.call('app.cutOverSecret', { app });
const rotationOf = async (app: string) =>
  (await house.query('app.show', { app })).data['secretRotation'] as Record<string, unknown>;

async function obtain(server: Pick<Running, 'url'>, app: string, userId: string): Promise<Answer> {
  const response = await fetch(`${server.url}/trpc/token.obtain`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${house.adminKey}` },
    body: JSON.stringify({ app, userId }),
  });
  return toAnswer(response);
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what: () => Promise<boolean>, withinMs: number): Promise<void> {
  const untilMs = Date.now() + withinMs;
  while (!(await what())) {
    if (Date.now() > untilMs) throw new Error(`it did not come to that within ${withinMs} ms`);
    await wait(50);
  }
}

interface Login {
  readonly server: Pick<Running, 'url'>;
  readonly startedAtMs: number;
  readonly answer: Answer;
}

/** People who log in again and again, old ones and new ones, through these servers, until it is stopped. */
function logIn(app: string, servers: readonly Pick<Running, 'url'>[]) {
  const logins: Login[] = [];
  const over = new AbortController();
  let users = 0;
  const again = async (server: Pick<Running, 'url'>): Promise<void> => {
    while (!over.signal.aborted) {
      users += 1;
      const userId = users % 2 === 0 ? `known${users % 20}` : `new${users}`;
      const startedAtMs = Date.now();
      const answer = await obtain(server, app, userId).catch(() => undefined);
      // A server that was killed answers nobody.
      if (answer === undefined) return;
      logins.push({ server, startedAtMs, answer });
    }
  };
  const people = servers.flatMap((server) => [again(server), again(server), again(server)]);
  return {
    logins,
    /** Resolves when so many of those who came after this were answered, however busy the machine is. */
    served: (count: number, afterMs: number) =>
      until(async () => logins.filter(({ startedAtMs }) => startedAtMs >= afterMs).length >= count, 30_000),
    async stop(): Promise<readonly Login[]> {
      over.abort();
      await Promise.all(people);
      return logins;
    },
  };
}

const failuresOf = (logins: readonly Login[]) =>
  logins.filter(({ answer }) => answer.status !== 200).map(({ answer }) => answer.text);

interface Verdict {
  readonly ok: boolean;
  readonly reason: unknown;
}

/** Whether the IM service takes what was handed out to people who came after this. */
async function judge(
  appKey: string,
  logins: readonly Login[],
  afterMs: number,
  provider: Provider = 'rongcloud',
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const { startedAtMs, answer } of logins) {
    if (startedAtMs < afterMs) continue;
    const { ok, reason } = await house.sandbox.control.connect(provider, appKey, String(answer.data['token']));
    verdicts.push({ ok: ok === true, reason });
  }
  return verdicts;
}

describe('a secret that is refreshed while people log in through two servers', () => {
  let second: Running;
  beforeAll(async () => {
    second = await startServer();
  });
  afterAll(() => second.stop());

  test.each([
    ['rongcloud', 2],
    ['nexconn', 2],
    ['easemob', 1],
  ] as const)(
    'costs no login at %s, and every server hands out tokens that are good under the new secret within a second',
    async (provider, secretEpoch) => {
      const app = `planned-${provider}`;
      const appKey = await addApp(app, provider);
      const people = logIn(app, [house.server, second]);
      await wait(1_000);
      await refresh(appKey, `second-of-${app}`, provider);
      expect((await secretCommand('stage', app, `second-of-${app}`)).code).toBe(0);
      expect(await rotationOf(app)).toMatchObject({ stagedAtMs: expect.any(Number), cuttingOver: null });
      await wait(300);
      const done = await secretCommand('cutover', app);
      const doneAtMs = Date.now();
      expect(done.code, done.stderr).toBe(0);
      await people.served(10, doneAtMs + FOLLOWED_MS);
      const logins = await people.stop();

      expect(failuresOf(logins)).toEqual([]);
      expect(JSON.parse(done.stdout)).toMatchObject({ app, secretEpoch, endsTokens: provider !== 'easemob' });
      const verdicts = await judge(appKey, logins, doneAtMs + FOLLOWED_MS, provider);
      expect(verdicts.length).toBeGreaterThan(5);
      expect(verdicts.filter(({ ok }) => !ok)).toEqual([]);
      expect(await rotationOf(app)).toMatchObject({ stagedAtMs: null, lastCutOver: { result: 'done' } });
    },
  );

  test('but mistyped when it is entered, is undone by itself, and logins go on with the old one', async () => {
    const appKey = await addApp('mistyped');
    const people = logIn('mistyped', [house.server, second]);
    await wait(500);
    await refresh(appKey, 'second-of-mistyped');
    await stage('mistyped', 'mistyped-second');
    const undone = await cutOver('mistyped');
    const undoneAtMs = Date.now();
    await people.served(6, undoneAtMs);
    expect(undone.error.data).toMatchObject({ reason: 'CUT_OVER_UNDONE' });
    expect((await judge(appKey, people.logins, undoneAtMs)).length).toBeGreaterThan(5);
    expect(await rotationOf('mistyped')).toMatchObject({
      stagedAtMs: null,
      lastCutOver: { result: 'new-secret-refused' },
    });

    await stage('mistyped', 'second-of-mistyped');
    expect((await cutOver('mistyped')).status).toBe(200);
    const doneAtMs = Date.now();
    await people.served(6, doneAtMs + FOLLOWED_MS);
    const logins = await people.stop();
    expect(failuresOf(logins)).toEqual([]);
    const verdicts = await judge(appKey, logins, doneAtMs + FOLLOWED_MS);
    expect(verdicts.filter(({ ok }) => !ok)).toEqual([]);
    expect(verdicts.length).toBeGreaterThan(5);
  });

  test('is not sent anywhere once it is aborted', async () => {
    const appKey = await addApp('aborted');
    await refresh(appKey, 'second-of-aborted');
    await stage('aborted', 'second-of-aborted');
    expect((await house.call('app.abortSecret', { app: 'aborted' })).status).toBe(200);
    expect((await cutOver('aborted')).error.data).toMatchObject({ reason: 'SECRET_NOT_STAGED' });
    expect(await obtain(second, 'aborted', 'u1')).toMatchObject({ status: 200 });
  });

  test('is put in force once, however many operators ask for it at once', async () => {
    const appKey = await addApp('twice');
    await refresh(appKey, 'second-of-twice');
    await stage('twice', 'second-of-twice');
    const answers = await Promise.all([1, 2, 3, 4].map(() => cutOver('twice')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { error } of answers.filter(({ status }) => status !== 200)) {
      expect(['CUT_OVER_IN_PROGRESS', 'SECRET_NOT_STAGED']).toContain(error.data['reason']);
    }
    expect((await house.query('app.show', { app: 'twice' })).data).toMatchObject({ secretEpoch: 2 });
  });
});

describe('a cut-over whose server is killed', () => {
  test.each([
    ['before the provider answered', { kind: 'delay', delayMs: 4_000 }],
    ['after the provider did it, and before that was written down', { kind: 'delay', delayMs: 4_000, executes: true }],
  ])('%s is finished by another one within seconds, and no login fails there', async (when, fault) => {
    const app = `killed-${'executes' in fault ? 'after' : 'before'}`;
    const appKey = await addApp(app);
    const doomed = await startServer();
    const people = logIn(app, [house.server, doomed]);
    await wait(500);
    await refresh(appKey, `second-of-${app}`);
    await stage(app, `second-of-${app}`);
    await house.sandbox.control.post('faults', [
      { ...fault, provider: 'rongcloud', path: '/user/block/query.json', times: 1 },
    ]);
    const cutOverThere = fetch(`${doomed.url}/trpc/app.cutOverSecret`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${house.adminKey}` },
      body: JSON.stringify({ app }),
    }).catch(() => 'nobody answers');
    await until(async () => (await rotationOf(app))['cuttingOver'] !== null, 5_000);
    await wait(500);
    await doomed.stop('SIGKILL');
    const killedAtMs = Date.now();
    expect(await cutOverThere, when).toBe('nobody answers');

    await until(async () => (await rotationOf(app))['cuttingOver'] === null, 10_000);
    const doneAtMs = Date.now();
    expect(doneAtMs - killedAtMs).toBeLessThan(8_000);
    expect((await house.query('app.show', { app })).data).toMatchObject({ secretEpoch: 2 });
    await people.served(6, doneAtMs + FOLLOWED_MS);
    const logins = (await people.stop()).filter(({ server }) => server === house.server);
    expect(failuresOf(logins)).toEqual([]);
    const verdicts = await judge(appKey, logins, doneAtMs + FOLLOWED_MS);
    expect(verdicts.length).toBeGreaterThan(5);
    expect(verdicts.filter(({ ok }) => !ok)).toEqual([]);
  });
});

test('while the provider does not answer nobody says which secret is in force; when it does, the servers know by themselves', async () => {
  const appKey = await addApp('silent');
  const known = await obtain(house.server, 'silent', 'known');
  await refresh(appKey, 'second-of-silent');
  await stage('silent', 'second-of-silent');
  await house.sandbox.control.post('faults', [{ provider: 'rongcloud', appKey, kind: 'down' }]);
  expect((await cutOver('silent')).error.data).toMatchObject({ reason: 'CUT_OVER_UNANSWERED' });
  expect(await rotationOf('silent')).toMatchObject({ cuttingOver: { lastFailure: 'PROVIDER_UNREACHABLE' } });
  expect((await obtain(house.server, 'silent', 'known')).data).toEqual({ ...known.data, source: 'stored' });
  for (const call of ['cutOverSecret', 'abortSecret']) {
    const refused = await house.call(`app.${call}`, { app: 'silent' });
    expect(refused.error.data, call).toMatchObject({ reason: 'CUT_OVER_IN_PROGRESS' });
  }

  await house.sandbox.control.clearFaults();
  await until(async () => (await rotationOf('silent'))['cuttingOver'] === null, 10_000);
  // Whoever ended it, this server follows within a second; the job may have been quicker than this login.
  const generation = Number(known.data['generation']) + 1;
  await until(
    async () => (await obtain(house.server, 'silent', 'known')).data['generation'] === generation,
    FOLLOWED_MS,
  );
  const after = await obtain(house.server, 'silent', 'known');
  expect(await house.sandbox.control.connect('rongcloud', appKey, String(after.data['token']))).toMatchObject({
    ok: true,
  });
});

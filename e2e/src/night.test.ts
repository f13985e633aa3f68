import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openHouse, toAnswer } from './house.ts';
import type { House } from './house.ts';
import { startImmint } from './processes.ts';
import type { Running } from './processes.ts';

// Tokens are being refused at night: what `app show` and `token timeline` tell whoever gets up for it.

let house: House;
let second: Running;
beforeAll(async () => {
  house = await openHouse();
  second = await startImmint(['serve', '--port', '0'], { cwd: house.cwd, env: { DATABASE_URL: house.databaseUrl } });
});
afterEach(() => house.sandbox.control.clearFaults());
afterAll(async () => {
  await second.stop();
  await house.close();
});

/** Adds a RongCloud account of its own, so that what one test does to it no other sees. */
async function addApp(app: string): Promise<{ readonly appKey: string }> {
  const appKey = `key-of-${app}`;
  const secret = `secret-of-${app}`;
  await house.sandbox.control.post('apps', { provider: 'rongcloud', appKey, secret });
  const added = await house.call('app.add', {
    app,
    provider: 'rongcloud',
    appKey,
    secret,
    baseUrl: house.sandbox.url,
  });
  expect(added.status, added.text).toBe(200);
  return { appKey };
}

const obtain = (app: string, userId: string) => house.call('token.obtain', { app, userId });

async function obtainAtSecond(app: string, userId: string) {
  const response = await fetch(`${second.url}/trpc/token.obtain`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${house.adminKey}` },
    body: JSON.stringify({ app, userId }),
  });
  return toAnswer(response);
}

/** What the command line shows of an app, with runs of blanks made one. */
const show = async (app: string) => (await house.run(['app', 'show', app])).stdout.replaceAll(/ +/g, ' ');

interface Condition {
  readonly lastSuccessAtMs: number | null;
  readonly lastError: { readonly reason: string; readonly isOver: boolean } | null;
  readonly minutes: readonly Readonly<Record<'handedOut' | 'issued' | 'failed' | 'reported', number>>[];
  readonly tokensByState: Readonly<Record<string, number>>;
}

async function conditionOf(app: string): Promise<Condition> {
  const { data } = await house.query('app.show', { app });
  return data['condition'] as Condition;
}

const sum = ({ minutes }: Condition, name: keyof Condition['minutes'][number]) =>
  minutes.reduce((total, minute) => total + minute[name], 0);

describe('app show', () => {
  test('of a quiet night says that all is well, and counts what both servers did', async () => {
    await addApp('quiet');
    for (let user = 0; user < 3; user += 1) await obtain('quiet', `u${user}`);
    await obtainAtSecond('quiet', 'u0');
    await obtainAtSecond('quiet', 'u3');
    // The other server adds up once a second.
    await expect.poll(async () => sum(await conditionOf('quiet'), 'issued'), { timeout: 5_000 }).toBe(4);
    const condition = await conditionOf('quiet');
    expect(sum(condition, 'handedOut')).toBe(5);
    expect(sum(condition, 'failed')).toBe(0);
    expect(condition.tokensByState).toEqual({
      good: 4,
      reported: 0,
      expired: 0,
      ofEarlierSecrets: 0,
      discarded: 0,
      revoked: 0,
    });
    const text = await show('quiet');
    expect(text).toContain('last error none\n');
    expect(text).toContain('calls go out, to the primary domain');
    expect(text).toMatch(/pace of issueToken \d+ a second/);
    expect(text).toContain('tokens 4 good\n');
  });

  test('names the refused secret, with the fix, and that the app is paused; at whichever server it was seen', async () => {
    const { appKey } = await addApp('refused');
    await obtain('refused', 'u0');
    await house.sandbox.control.post('secret', { provider: 'rongcloud', appKey, secret: 'refreshed-in-the-console' });
    for (const userId of ['u1', 'u2', 'u3']) expect((await obtainAtSecond('refused', userId)).status).toBe(502);
    // A call that is held back because of the pause says less, and does not hide why.
    expect((await obtain('refused', 'u4')).error.data['reason']).toBe('APP_PAUSED');

    await expect
      .poll(async () => (await conditionOf('refused')).lastError?.reason, { timeout: 5_000 })
      .toBe('PROVIDER_CREDENTIALS_REFUSED');
    const text = await show('refused');
    expect(text).toMatch(/last error \d{4}-\S+Z, not over: PROVIDER_CREDENTIALS_REFUSED: /);
    expect(text).toMatch(/was probably refreshed in the provider’s console: .*`immint app secret stage refused/);
    expect(text).toMatch(/secret refused 3 times since; paused, tried again from \d{4}/);
    expect(text).toMatch(/last success \d{4}-/);
  });

  test('names a provider that fails inside, and that calls are held back, until it is over', async () => {
    const { appKey } = await addApp('failing');
    await obtain('failing', 'u0');
    await house.sandbox.control.post('faults', [{ provider: 'rongcloud', appKey, kind: 'status', status: 500 }]);
    for (let user = 1; user <= 4; user += 1) await obtain('failing', `u${user}`);
    const trouble = await show('failing');
    expect(trouble).toMatch(/not over: PROVIDER_FAILED: The provider failed inside/);
    expect(trouble).toMatch(/calls are held back/);
    expect(sum(await conditionOf('failing'), 'failed')).toBeGreaterThanOrEqual(4);

    await house.sandbox.control.clearFaults();
    await expect.poll(async () => (await obtain('failing', 'u9')).status, { timeout: 20_000 }).toBe(200);
    const after = await show('failing');
    expect(after).toMatch(/over since: PROVIDER_FAILED/);
    expect(after).toContain('calls go out');
  });

  test('counts the reports of devices', async () => {
    await addApp('reports');
    const { data } = await obtain('reports', 'u0');
    for (let device = 0; device < 5; device += 1) {
      const report = { app: 'reports', userId: 'u0', fingerprint: data['fingerprint'], providerCode: 31_020 };
      expect((await house.call('token.report', report)).status).toBe(200);
    }
    expect(sum(await conditionOf('reports'), 'reported')).toBe(5);
  });
});

describe('token timeline', () => {
  test('tells the night of one user in order, to its end, without showing a token', async () => {
    await addApp('story');
    const about = { app: 'story', userId: 'u0' };
    const { data: first } = await house.call('token.obtain', about);
    const { data: next } = await house.call('token.report', {
      ...about,
      token: first['token'],
      providerCode: 31_004,
    });
    await house.call('token.revoke', { app: 'story', userIds: ['u0'], bar: true });
    await house.call('token.unbar', { app: 'story', userIds: ['u0'] });

    const told = await house.run(['token', 'timeline', 'story', 'u0']);
    expect(told.code, told.stderr).toBe(0);
    const story = told.stdout;
    const order = [
      `generation 1 (${String(first['fingerprint'])}), the first of this user`,
      'with code 31004 (RC_CONN_TOKEN_INCORRECT',
      `generation 2 (${String(next['fingerprint'])}), because a device had reported the one before`,
      'revoked, with a bar',
      'The provider was told, at attempt 1, to end the tokens that the user obtained before',
      'The bar was lifted',
      'NOW',
      'no longer handed out',
    ].map((words) => story.indexOf(words));
    expect(
      order.every((at) => at >= 0),
      story,
    ).toBe(true);
    expect(order).toEqual(order.toSorted((one, other) => one - other));
    for (const { token } of [first, next] as { token: string }[]) expect(story).not.toContain(token);
  });
});

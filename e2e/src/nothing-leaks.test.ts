import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCOUNTS, addApp, openHouse } from './house.ts';
import type { House } from './house.ts';

/**
 * A mark stands in every secret that goes in: whatever fails, it must not come out, in no answer, no log line and no
 * output of the command line. It is looked for as it is, in the encodings in which it would travel, and reversed.
 */
const MARK = 'CANARY7f3a9c';
const marked = (what: string) => `${MARK}${what}`;

function spellingsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  // Base64 shifts with its place in the text around it: three spellings, each without its uncertain ends.
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift, 'x'), bytes])
      .toString('base64')
      .slice(shift === 0 ? 0 : 4, -4),
  );
  return [text, bytes.toString('hex'), encodeURIComponent(text), Array.from(text).toReversed().join(''), ...base64];
}
const SPELLINGS = spellingsOf(MARK);
const marksIn = (text: string) => SPELLINGS.filter((spelling) => text.toLowerCase().includes(spelling.toLowerCase()));

let house: House;
let sql: postgres.Sql;
const seen: string[] = [];

beforeAll(async () => {
  house = await openHouse();
  const url = new URL(house.databaseUrl);
  const host = url.searchParams.get('host') ?? '';
  sql = postgres({ host, database: url.pathname.slice(1), username: 'postgres', max: 1, onnotice: () => {} });
  for (const account of ACCOUNTS) {
    const secret = marked(`secret-${account.app}`);
    await house.sandbox.control.post('secret', { provider: account.provider, appKey: account.appKey, secret });
    const added = await addApp(house, { ...account, secret });
    seen.push(added.stdout, added.stderr);
  }
});
afterAll(async () => {
  await sql.end();
  await house.close();
});

/** Calls everything that takes or touches a secret, and keeps all that comes back. */
async function callEverything(round: string): Promise<void> {
  const user = { name: marked('name'), avatarUrl: `https://a.example/${marked('avatar')}` };
  const calls: [string, unknown][] = [
    ...ACCOUNTS.map(({ app }): [string, unknown] => ['token.obtain', { app, userId: `leak${round}`, ...user }]),
    ...ACCOUNTS.map(({ app }): [string, unknown] => [
      'token.obtain',
      { app, userId: `leak${round}`, fresh: true, ...user },
    ]),
    ['token.obtain', { app: 'em', userId: `leak${round}`, password: marked('password') }],
    [
      'app.add',
      {
        app: `new${round}`,
        provider: 'rongcloud',
        appKey: `k${round}`,
        secret: marked('new'),
        baseUrl: house.sandbox.url,
      },
    ],
    [
      'app.add',
      {
        app: `new${round}`,
        provider: 'rongcloud',
        appKey: 'k',
        secret: `${marked('new')} with a space`,
        baseUrl: `${MARK}://x`,
      },
    ],
    [
      'app.update',
      { app: 'rc', secret: marked('secret-rc'), baseUrl: house.sandbox.url, settings: { [marked('x')]: marked('y') } },
    ],
    ['app.check', { app: 'rc' }],
    ['key.create', { kind: 'token', label: 'x', apps: ['rc'], [`secret`]: marked('extra') }],
  ];
  for (const [procedure, input] of calls) {
    const answer = await house.call(procedure, input);
    if (answer.status !== 200) seen.push(answer.text);
  }
  const withBrokenBody = await house.call('token.obtain', `{"app":"rc","password":"${marked('unclosed')}`);
  const withForeignKey = await house.call('token.obtain', { app: 'rc', userId: 'u' }, { key: marked('api-key') });
  seen.push(withBrokenBody.text, withForeignKey.text);
  const cli = await house.run(['token', 'obtain', 'rc', `cli${round}`, '--fresh', '--json']);
  if (cli.code !== 0) seen.push(cli.stdout);
  seen.push(cli.stderr);
  const refused = await house.run(['app', 'add', 'x', '--secret', marked('argument')]);
  seen.push(refused.stdout, refused.stderr);
}

function expectNoMark(): void {
  const everything = [...seen, house.server.output(), house.sandbox.output()].join('\n');
  expect(everything.length).toBeGreaterThan(1_000);
  const lines = everything.split('\n').filter((line) => marksIn(line).length > 0);
  expect(lines).toEqual([]);
}

test('the search finds a mark in each spelling, wherever it stands', () => {
  for (const shift of ['', 'a', 'ab', 'abc']) {
    const text = `${shift}${MARK}${shift}`;
    expect(marksIn(text)).not.toEqual([]);
    expect(marksIn(Buffer.from(text).toString('base64'))).not.toEqual([]);
    expect(marksIn(Buffer.from(text).toString('hex').toUpperCase())).not.toEqual([]);
  }
});

describe('when statements fail', () => {
  const TABLES = ['app', 'token', 'api_key', 'audit', 'pace'] as const;

  test.each(TABLES)('every write to %s raises an error that quotes its row', async (table) => {
    await sql.unsafe(`
      create or replace function immint.shout() returns trigger language plpgsql as $$
      begin raise exception 'row: %', new using detail = to_jsonb(new)::text; end $$;
      create trigger shout before insert or update on immint.${table} for each row execute function immint.shout();`);
    await callEverything(`w${table.replace('_', '')}`);
    await sql.unsafe(`drop trigger shout on immint.${table}`);
    expectNoMark();
  });

  test.each(TABLES)('every statement on %s fails, because the table is gone', async (table) => {
    await sql.unsafe(`alter table immint.${table} rename to gone`);
    await callEverything(`g${table.replace('_', '')}`);
    await sql.unsafe(`alter table immint.gone rename to ${table}`);
    expectNoMark();
  });

  test('a failure is one fixed sentence with the id of the request, which the log has too', async () => {
    await sql.unsafe('alter table immint.token rename to gone');
    const answer = await house.call('token.obtain', { app: 'rc', userId: 'u1', name: marked('name') });
    await sql.unsafe('alter table immint.gone rename to token');
    const requestId = String(answer.error.data['requestId']);
    expect(answer.error).toMatchObject({
      message: 'Something went wrong on our side: give the request id to whoever runs this server.',
      data: { code: 'INTERNAL_SERVER_ERROR', httpStatus: 500, reason: 'INTERNAL', requestId },
    });
    expect(house.server.output()).toContain(requestId);
  });

  test('all is well again afterwards', async () => {
    expect((await house.call('token.obtain', { app: 'rc', userId: 'afterwards' })).status).toBe(200);
  });
});

describe('when the provider’s answers fail', () => {
  const body = JSON.stringify({
    code: 1002,
    errorMessage: marked('message'),
    error: marked('error'),
    error_description: marked('description'),
    token: marked('token'),
    access_token: marked('token'),
    result: { accessToken: marked('token'), userId: marked('user') },
  });

  test.each([
    ['refuse with a text', { kind: 'status', status: 400, body }],
    ['fail with a text', { kind: 'status', status: 500, body }],
    ['refuse the credentials', { kind: 'status', status: 401, body }],
    ['succeed with a token for nobody', { kind: 'status', status: 200, body }],
    [
      'are HTML',
      { kind: 'status', status: 200, body: `<html>${MARK}</html>`, headers: { 'content-type': 'text/html' } },
    ],
    ['redirect', { kind: 'status', status: 307, headers: { location: `http://127.0.0.1:1/${MARK}` } }],
    ['are garbage', { kind: 'garbage' }],
    ['break off', { kind: 'reset' }],
    ['do the work and then fail', { kind: 'status', status: 503, body, executes: true }],
  ])('%s', async (what, fault) => {
    await house.sandbox.control.post('faults', [fault]);
    await callEverything(`p${what.length}`);
    await house.sandbox.control.clearFaults();
    expectNoMark();
  });
});

test('what is stored is sealed: no secret and no token is readable in the database', async () => {
  const { data } = await house.call('token.obtain', { app: 'rc', userId: 'sealed' });
  const rows = await Promise.all(
    ['app', 'token', 'api_key', 'audit'].map((table) => sql.unsafe(`select t::text as row from immint.${table} t`)),
  );
  const stored = rows
    .flat()
    .map((row) => String(row['row']))
    .join('\n');
  const withoutProfile = stored.replaceAll(marked('name'), '').replaceAll(marked('avatar'), '');
  expect(marksIn(withoutProfile)).toEqual([]);
  for (const secret of [String(data['token']), house.adminKey.split('_')[3] ?? '']) {
    expect(secret.length).toBeGreaterThan(20);
    expect(spellingsOf(secret).filter((spelling) => stored.includes(spelling))).toEqual([]);
  }
});

import { ProviderError } from '@immint/providers';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openScriptedHouse } from '../testing/scripted-house.ts';
import { noteUsers } from '../users/note.ts';
import { describeApp } from '../apps/app-connections.ts';
import { discardTokens } from './discard.ts';
import { obtainToken } from './obtain.ts';
import { reportToken } from './report.ts';
import { revokeTokens } from './revoke.ts';
import { tellTimeline } from './timeline.ts';
import { unbarUsers } from './unbar.ts';

let house: Awaited<ReturnType<typeof openScriptedHouse>>;
let app: string;
let apps = 0;
beforeAll(async () => {
  house = await openScriptedHouse();
});
afterAll(() => house.close());
beforeEach(async () => {
  app = `app-${(apps += 1)}`;
  await house.addApp(app, 'rongcloud');
  house.provider.revocation = undefined;
});

const about = (more: object = {}) => ({ app, userId: 'alice', ...more });
const tell = (more: object = {}) => tellTimeline(house.call, { ...about(), limit: 100, ...more });
const sentencesOf = async () => (await tell()).events.map(({ sentence }) => sentence);

test('a user of whom nothing is known has no story', async () => {
  expect(await tell()).toEqual({
    app,
    provider: 'rongcloud',
    userId: 'alice',
    events: [],
    now: ['No token is stored.'],
    nextCursor: null,
  });
});

test('a dead token is told from its issue to its replacement, by fingerprint and generation', async () => {
  const first = await obtainToken(house.call, about());
  const second = await reportToken(house.call, about({ fingerprint: first.fingerprint, providerCode: 31_020 }));
  const { events, now } = await tell();
  expect(events.map(({ sentence }) => sentence)).toEqual([
    `The provider gave generation 1 (${first.fingerprint}), the first of this user.`,
    `A device reported generation 1 (${first.fingerprint}) as refused by the provider, with code 31020 (RC_CONN_TOKEN_EXPIRED): the token has expired.`,
    `The provider gave generation 2 (${second.fingerprint}), because a device had reported the one before.`,
  ]);
  expect(events.map(({ action, fingerprint, generation, actor }) => [action, fingerprint, generation, actor])).toEqual([
    ['token.issue', first.fingerprint, 1, 'keyoftests00'],
    ['token.report', first.fingerprint, 1, 'keyoftests00'],
    ['token.issue', second.fingerprint, 2, 'keyoftests00'],
  ]);
  expect(now).toEqual([expect.stringMatching(/^Stored: generation 2 .* it is handed out\.$/)]);
  expect(JSON.stringify(await tell())).not.toContain(first.token);
});

test('a revoke is told with what the provider was told and by which instant, the bar, and its end', async () => {
  house.provider.check = async () => ({ serverDateMs: Date.now(), isRemembered: false });
  house.provider.revocation = {
    takesInstant: true,
    isVerified: true,
    effect: 'ends tokens',
    revoke: async (userIds: readonly string[]) => userIds.map((userId) => ({ userId })),
  };
  await obtainToken(house.call, about());
  await revokeTokens(house.call, { app, userIds: ['alice'], bar: true });
  expect((await tell()).now.join(' ')).toMatch(/no longer handed out.*Barred since \d{4}-/);
  await unbarUsers(house.call, { app, userIds: ['alice'] });
  const sentences = await sentencesOf();
  expect(sentences[1]).toContain('revoked, with a bar');
  expect(sentences[2]).toMatch(
    /^The provider was told, at attempt 1, to end the tokens that the user obtained before \d/,
  );
  expect(sentences[3]).toBe('The bar was lifted: tokens are issued again.');
});

test('a discard of the user and one of the whole app are both part of it, and why the next token was issued', async () => {
  await obtainToken(house.call, about());
  await discardTokens(house.call, { app, userIds: ['alice'] });
  await obtainToken(house.call, about());
  await discardTokens(house.call, { app, all: true });
  await obtainToken(house.call, about());
  const sentences = await sentencesOf();
  expect(sentences).toHaveLength(5);
  expect(sentences[1]).toContain('The stored copy was discarded');
  expect(sentences[2]).toContain('because the copy of the one before was discarded');
  expect(sentences[3]).toMatch(/^All stored copies of this app from before \d/);
  expect(sentences[4]).toContain('because the copy of the one before was discarded');
});

test('what was done to the app since then, and what the provider was asked about the user, is part of it', async () => {
  await obtainToken(house.call, about());
  await noteUsers(house.call, await describeApp(house.services, app), 'ban', ['alice']);
  const { record } = await describeApp(house.services, app);
  await house.services.apps.update(
    record.id,
    { settings: record.settings },
    { dropTokens: true, expectedUpdatedAtMs: record.updatedAtMs },
    { actor: 'tests', action: 'app.update', detail: { dropTokens: true } },
  );
  expect((await sentencesOf()).slice(1)).toEqual([
    'The provider was asked to ban the user, and did.',
    'The app was changed, and its stored tokens were dropped.',
  ]);
});

test('an ask that brought nothing is told of how the user stands now', async () => {
  const { answer } = house.provider;
  house.provider.answer = () => Promise.reject(new ProviderError('failed'));
  await expect(obtainToken(house.call, about())).rejects.toThrow(ProviderError);
  house.provider.answer = answer;
  const { events, now } = await tell();
  expect(events).toEqual([]);
  expect(now.join(' ')).toMatch(/brought no token: PROVIDER_FAILED: The provider failed inside/);
  expect(now.join(' ')).toContain('up to 1 tokens of this user that were never stored');
});

test('it comes in pages from the newest back, each in order, with nothing twice and nothing lost', async () => {
  for (let round = 0; round < 4; round += 1) {
    await obtainToken(house.call, about());
    await discardTokens(house.call, { app, userIds: ['alice'] });
  }
  const all = (await tell()).events.map(({ sentence }) => sentence);
  const pages: string[][] = [];
  let cursor: string | null = null;
  do {
    const page = await tell({ limit: 3, ...(cursor === null ? {} : { cursor }) });
    pages.unshift(page.events.map(({ sentence }) => sentence));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(pages.flat()).toEqual(all);
  expect(pages.map((page) => page.length)).toEqual([2, 3, 3]);
});

test('a cursor that no page gave is refused', async () => {
  await expect(tell({ cursor: 'yesterday' })).rejects.toMatchObject({ reason: 'INPUT_INVALID' });
});

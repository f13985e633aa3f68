import type { SecretRotationStore } from '@immint/db';
import { ProviderError } from '@immint/providers';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openScriptedHouse } from '../testing/scripted-house.ts';
import { obtainToken } from '../tokens/obtain.ts';
import { abortSecret } from './abort-secret.ts';
import { correctSecret } from './correct-secret.ts';
import { takeUpCutOvers } from './cut-over-loop.ts';
import { cutOverSecret } from './cut-over-secret.ts';
import { showApp } from './show.ts';
import { stageSecret } from './stage-secret.ts';
import { updateApp } from './update.ts';

type Audit = Parameters<SecretRotationStore['begin']>[2];

const TAKEN = { serverDateMs: undefined, isRemembered: false };

let house: Awaited<ReturnType<typeof openScriptedHouse>>;
let app: string;
let shown: string[];
let added = 0;
beforeAll(async () => {
  house = await openScriptedHouse();
});
afterAll(() => house.close());
beforeEach(async () => {
  added += 1;
  app = `chat-${added}`;
  shown = [];
  await house.addApp(app, 'rongcloud');
});

/** A provider that says this of each secret it is shown, in turn for each; what is not named it takes. */
function answer(says: Readonly<Record<string, readonly (ProviderError | 'taken')[]>>): void {
  const left = new Map(Object.entries(says).map(([secret, said]) => [secret, [...said]]));
  house.provider.check = async (_app, secret) => {
    shown.push(secret.reveal());
    const said = left.get(secret.reveal())?.shift() ?? 'taken';
    if (said === 'taken') return TAKEN;
    throw said;
  };
}

const OLD = 'made-up-secret';
const NEXT = 'made-up-next';
const refused = new ProviderError('credentials-refused', { httpStatus: 401 });
const silent = new ProviderError('timed-out');

const stage = (secret = NEXT) => stageSecret(house.call, { app, secret });
const cutOver = () => cutOverSecret(house.call, { app });
const show = async () => showApp(house.call, { app });
const secretOf = async () => {
  const record = await house.services.apps.find(app);
  return record === undefined ? undefined : (await house.services.apps.readSecret(record)).reveal();
};
/** What waits for its turn is due now. */
const goOn = async () => {
  await vi.waitFor(async () => {
    await takeUpCutOvers(house.services);
    expect((await show()).secretRotation.cuttingOver).toBeNull();
  }, 10_000);
};

describe('staging a secret', () => {
  test('asks the provider nothing, and shows', async () => {
    answer({});
    const view = await stage();
    expect(view).toMatchObject({ secretEpoch: 1, secretRotation: { stagedAtMs: expect.any(Number) } });
    expect(shown).toEqual([]);
    expect(await secretOf()).toBe(OLD);
  });

  test('that the app has already is refused, since a cut-over to it would end tokens for nothing', async () => {
    await expect(stage(OLD)).rejects.toMatchObject({ reason: 'INPUT_INVALID', message: expect.stringContaining(app) });
  });
});

describe('a cut-over', () => {
  test('shows the new secret once, ends the tokens of the old one and says how many, and begins to issue them anew', async () => {
    await obtainToken(house.call, { app, userId: 'u1' });
    answer({});
    await stage();
    const done = await cutOver();
    expect(done).toEqual({
      app,
      secretEpoch: 2,
      endsTokens: true,
      tokensOfEarlierSecrets: 1,
      reissueJob: expect.any(Number),
      endedAtMs: expect.any(Number),
    });
    expect(shown).toEqual([NEXT]);
    expect(await secretOf()).toBe(NEXT);
    const { jobs } = house.services;
    expect(await jobs.find(done.reissueJob ?? 0)).toMatchObject({ app, kind: 'reissue', state: 'running' });
    const items = await jobs.claim(done.reissueJob ?? 0, 'tests', 9);
    expect(items.map(({ userId }) => userId)).toEqual(['u1']);
    expect(await obtainToken(house.call, { app, userId: 'u1' })).toMatchObject({ source: 'issued' });
    expect((await show()).secretRotation).toMatchObject({ lastCutOver: { result: 'done' }, tokensOfEarlierSecrets: 0 });
  });

  test('begins no job where there is nothing to be issued anew', async () => {
    answer({});
    await stage();
    expect(await cutOver()).toMatchObject({ secretEpoch: 2, reissueJob: null });
  });

  test.each([
    ['Easemob, whose tokens a refresh leaves alone', {}, 1, 'stored'],
    ['Easemob, where the app says that a refresh ends them', { secretRefreshKillsTokens: true }, 2, 'issued'],
    ['Easemob, where tokens are signed with the secret', { tokenMode: 'dynamic' }, 2, 'issued'],
  ] as const)('at %s', async (_where, settings, secretEpoch, source) => {
    app = `${app}-em`;
    await house.addApp(app, 'easemob', settings);
    await obtainToken(house.call, { app, userId: 'u1' });
    answer({});
    await stage();
    expect(await cutOver()).toMatchObject({ secretEpoch, endsTokens: secretEpoch === 2 });
    expect(await obtainToken(house.call, { app, userId: 'u1' })).toMatchObject({ source });
    expect(await secretOf()).toBe(NEXT);
  });

  test('without a staged secret is refused', async () => {
    await expect(cutOver()).rejects.toMatchObject({ reason: 'SECRET_NOT_STAGED' });
    await stage();
    await abortSecret(house.call, { app });
    await expect(cutOver()).rejects.toMatchObject({ reason: 'SECRET_NOT_STAGED' });
    await expect(abortSecret(house.call, { app })).rejects.toMatchObject({ reason: 'SECRET_NOT_STAGED' });
  });

  test('to a secret that the provider refuses, while it takes the old one, is undone', async () => {
    const { token } = await obtainToken(house.call, { app, userId: 'u1' });
    answer({ [NEXT]: [refused] });
    await stage();
    await expect(cutOver()).rejects.toMatchObject({
      reason: 'CUT_OVER_UNDONE',
      message: expect.stringContaining('RongCloud refuses the new secret and still takes the old one'),
    });
    expect(shown).toEqual([NEXT, OLD]);
    expect(await secretOf()).toBe(OLD);
    expect(await show()).toMatchObject({
      secretEpoch: 1,
      secretRotation: { stagedAtMs: null, cuttingOver: null, lastCutOver: { result: 'new-secret-refused' } },
    });
    expect(await obtainToken(house.call, { app, userId: 'u1' })).toMatchObject({ token, source: 'stored' });
  });

  test('where the provider takes neither secret is undone, and says so', async () => {
    answer({ [NEXT]: [refused], [OLD]: [refused] });
    await stage();
    await expect(cutOver()).rejects.toMatchObject({
      reason: 'CUT_OVER_UNDONE',
      message: expect.stringContaining('neither the new secret nor the old one'),
    });
    expect((await show()).secretRotation).toMatchObject({ lastCutOver: { result: 'no-secret-taken' } });
  });

  test.each([
    ['to the new secret', { [NEXT]: [silent, silent, 'taken'] }, NEXT, 'done'],
    [
      'to the old secret, after it refused the new one',
      { [NEXT]: [refused, refused], [OLD]: [silent] },
      OLD,
      'new-secret-refused',
    ],
    ['by anything but a word about the secret', { [NEXT]: [new ProviderError('app-unavailable')] }, NEXT, 'done'],
  ] as const)('that the provider does not answer %s stays open until it does', async (_to, says, secret, result) => {
    answer(says);
    await stage();
    await expect(cutOver()).rejects.toMatchObject({ reason: 'CUT_OVER_UNANSWERED' });
    const open = (await show()).secretRotation.cuttingOver;
    expect(open).toMatchObject({ attempts: 1, lastFailure: expect.stringMatching(/^PROVIDER_/) });
    await goOn();
    expect(await secretOf()).toBe(secret);
    expect((await show()).secretRotation.lastCutOver).toMatchObject({ result });
  });

  test.each([
    ['the pace is used up', new ProviderError('held-back', { retryAfterMs: 800 }), 'RATE_USED_UP'],
    ['the address may not be called', new ProviderError('address-refused'), 'PROVIDER_ADDRESS_REFUSED'],
  ])('that could not begin because %s is put back, and the secret waits as before', async (_why, error, reason) => {
    answer({ [NEXT]: [error] });
    await stage();
    await expect(cutOver()).rejects.toMatchObject({ reason, message: expect.stringContaining('waits as before') });
    expect((await show()).secretRotation).toEqual({
      stagedAtMs: expect.any(Number),
      cuttingOver: null,
      lastCutOver: null,
      tokensOfEarlierSecrets: 0,
    });
    expect(await cutOver()).toMatchObject({ secretEpoch: 2 });
  });

  test('that may have begun is not put back for what comes after', async () => {
    answer({ [NEXT]: [silent, new ProviderError('held-back')] });
    await stage();
    await expect(cutOver()).rejects.toMatchObject({ reason: 'CUT_OVER_UNANSWERED' });
    await goOn();
    expect(await secretOf()).toBe(NEXT);
  });

  test('that is open holds up every other change of the secret, and none of the settings', async () => {
    answer({ [NEXT]: [silent] });
    await stage();
    await expect(cutOver()).rejects.toMatchObject({ reason: 'CUT_OVER_UNANSWERED' });
    const inProgress = { reason: 'CUT_OVER_IN_PROGRESS', retryAfterMs: expect.any(Number) };
    await expect(cutOver()).rejects.toMatchObject(inProgress);
    await expect(stage('made-up-other')).rejects.toMatchObject(inProgress);
    await expect(abortSecret(house.call, { app })).rejects.toMatchObject(inProgress);
    await expect(correctSecret(house.call, { app, secret: 'x' })).rejects.toMatchObject(inProgress);
    await expect(updateApp(house.call, { app, secret: 'x' })).rejects.toMatchObject(inProgress);
    expect(await updateApp(house.call, { app, settings: { rateShare: 0.5 } })).toMatchObject({ secretEpoch: 1 });
    await goOn();
    expect(await secretOf()).toBe(NEXT);
  });

  test('that is open is overruled by an operator who knows the secret and drops the tokens', async () => {
    answer({ [NEXT]: [silent] });
    await stage();
    await expect(cutOver()).rejects.toMatchObject({ reason: 'CUT_OVER_UNANSWERED' });
    await updateApp(house.call, { app, secret: 'made-up-known', dropTokens: true });
    await takeUpCutOvers(house.services);
    expect(await secretOf()).toBe('made-up-known');
    expect(await show()).toMatchObject({
      secretEpoch: 2,
      secretRotation: { cuttingOver: null, stagedAtMs: null, lastCutOver: { result: 'overruled' } },
    });
  });

  describe('whose server stood still while the provider answered', () => {
    /** A cut-over whose lease is over as soon as it has begun, so that another server goes on while it is at the provider. */
    const cutOverSlowly = (othersDo: () => Promise<unknown>) => {
      const ask = house.provider.check;
      house.provider.check = async () => {
        house.provider.check = ask;
        await othersDo();
        return TAKEN;
      };
      const { rotations } = house.services;
      const overAtOnce = {
        ...rotations,
        begin: (id: number, _ms: number, audit: Audit) => rotations.begin(id, 0, audit),
      };
      return cutOverSecret({ ...house.call, services: { ...house.services, rotations: overAtOnce } }, { app });
    };

    test('is done by another, and told as done', async () => {
      answer({});
      await stage();
      const done = await cutOverSlowly(() => takeUpCutOvers(house.services));
      expect(done).toMatchObject({ app, secretEpoch: 2, endsTokens: true, endedAtMs: expect.any(Number) });
      expect(await show()).toMatchObject({ secretEpoch: 2 });
    });

    test('is undone by another, and told as undone', async () => {
      answer({ [NEXT]: [refused] });
      await stage();
      const undone = cutOverSlowly(() => takeUpCutOvers(house.services));
      await expect(undone).rejects.toMatchObject({ reason: 'CUT_OVER_UNDONE' });
      expect(await secretOf()).toBe(OLD);
    });

    test('is still open with another, and told as that', async () => {
      answer({ [NEXT]: [silent] });
      await stage();
      const open = cutOverSlowly(() => takeUpCutOvers(house.services));
      await expect(open).rejects.toMatchObject({ reason: 'CUT_OVER_IN_PROGRESS' });
      await goOn();
    });

    test('is overruled by an operator, and told as changed', async () => {
      answer({});
      await stage();
      const overruled = cutOverSlowly(() => updateApp(house.call, { app, secret: 'made-up-known', dropTokens: true }));
      await expect(overruled).rejects.toMatchObject({ reason: 'CHANGED_MEANWHILE' });
      expect(await secretOf()).toBe('made-up-known');
    });
  });

  test('shows no secret in what is logged', async () => {
    answer({ [NEXT]: [silent] });
    await stage();
    await cutOver().catch(() => {});
    await goOn();
    expect(house.lines.join('')).toContain('secret.cut-over');
    expect(house.lines.join('')).not.toContain('made-up');
  });
});

describe('correcting a secret', () => {
  test('keeps tokens, epoch and the staged one', async () => {
    await obtainToken(house.call, { app, userId: 'u1' });
    await stage();
    expect(await correctSecret(house.call, { app, secret: 'made-up-right' })).toMatchObject({
      secretEpoch: 1,
      tokens: 1,
      secretRotation: { stagedAtMs: expect.any(Number) },
    });
    expect(await secretOf()).toBe('made-up-right');
    expect(await obtainToken(house.call, { app, userId: 'u1' })).toMatchObject({ source: 'stored' });
    answer({});
    expect(await cutOver()).toMatchObject({ secretEpoch: 2 });
    expect(await secretOf()).toBe(NEXT);
  });
});

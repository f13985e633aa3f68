import { Secret } from '@immint/secrets';
import { beforeEach, describe, expect, test } from 'vitest';
import { type AppStore, createAppStore } from './app-store.ts';
import type { AuditEntry } from './audit.ts';
import { createAuditStore } from './audit-store.ts';
import { createLeaseStore } from './lease-store.ts';
import { createRevocationStore } from './revocation-store.ts';
import { createStoryStore, type StoryStore } from './story-store.ts';
import { onEveryEngine } from './testing/on-every-engine.ts';
import { sampleApp, sampleToken, testAudit, testKeyRing } from './testing/samples.ts';
import { createTokenStore } from './token-store.ts';

const by = (action: string, detail: AuditEntry['detail'] = {}): AuditEntry => ({ actor: 'key-1', action, detail });

onEveryEngine((database) => {
  let stories: StoryStore;
  let apps: AppStore;
  let appId: number;
  let appName: string;
  beforeEach(async () => {
    stories = createStoryStore(database());
    apps = createAppStore(database(), testKeyRing);
    ({ id: appId, name: appName } = await apps.add(sampleApp(), testAudit));
  });

  const act = (action: string, subject: string | undefined, detail: AuditEntry['detail'] = {}) =>
    createAuditStore(database()).append(by(action, detail), [{ appId, ...(subject === undefined ? {} : { subject }) }]);

  const actionsOf = async (userId: string, page: { beforeId?: number; limit: number } = { limit: 50 }) =>
    (await stories.acts(appId, userId, page)).map(({ action }) => action);

  describe('what was done', () => {
    test('is that of the user, newest first, with who did it and what is written of it', async () => {
      await act('token.issue', 'alice', { generation: 1, fingerprint: 'fp_1' });
      await act('token.issue', 'bob');
      await act('token.report', 'alice', { providerCode: 108 });
      const [report, issue, ...rest] = await stories.acts(appId, 'alice', { limit: 50 });
      expect(rest).toEqual([]);
      expect(report).toMatchObject({ actor: 'key-1', action: 'token.report', detail: { providerCode: 108 } });
      expect(issue).toMatchObject({ isOfApp: false, detail: { generation: 1, fingerprint: 'fp_1' }, requestId: null });
      expect(report?.id).toBeGreaterThan(issue?.id ?? 0);
    });

    test('holds what was done to the whole app since the user was first heard of, and not before', async () => {
      await act('app.update', appName);
      await act('token.issue', 'alice');
      await act('app.stageSecret', appName);
      await act('token.discard', undefined, { issuedBeforeMs: 5 });
      await act('job.create', undefined);
      const acts = await stories.acts(appId, 'alice', { limit: 50 });
      expect(acts.map(({ action, isOfApp }) => [action, isOfApp])).toEqual([
        ['token.discard', true],
        ['app.stageSecret', true],
        ['token.issue', false],
      ]);
    });

    test('of a user called as the app is not that of the app', async () => {
      await act('token.issue', appName);
      expect(await actionsOf(appName)).toEqual(['token.issue']);
    });

    test('of somebody who was never heard of is nothing', async () => {
      await act('app.update', appName);
      expect(await actionsOf('alice')).toEqual([]);
    });

    test('of another app is not shown', async () => {
      const other = await apps.add(sampleApp(), testAudit);
      await createAuditStore(database()).append(by('token.issue'), [{ appId: other.id, subject: 'alice' }]);
      expect(await actionsOf('alice')).toEqual([]);
    });

    test('comes in pages, none of it twice and none of it lost', async () => {
      for (let number = 0; number < 5; number += 1) {
        await act('token.issue', 'alice', { number });
        await act('app.update', appName, { number });
      }
      const seen: unknown[] = [];
      let beforeId: number | undefined;
      for (let page = 0; page < 4; page += 1) {
        const acts = await stories.acts(appId, 'alice', { limit: 3, ...(beforeId === undefined ? {} : { beforeId }) });
        seen.push(...acts.map(({ detail }) => detail['number']));
        beforeId = acts.at(-1)?.id;
      }
      expect(seen).toEqual([4, 4, 3, 3, 2, 2, 1, 1, 0, 0]);
    });
  });

  test('a saved token tells its generation and its fingerprint', async () => {
    const saved = await createTokenStore(database(), testKeyRing).save(
      sampleToken(appId, { token: Secret.of('token-1') }),
      by('token.issue', { why: 'first' }),
    );
    const [issue] = await stories.acts(appId, 'alice', { limit: 1 });
    expect(issue?.detail).toEqual({ why: 'first', generation: 1, fingerprint: saved?.fingerprint });
  });

  test('the revokes of a user are those that its provider was told of, newest first', async () => {
    const revoke = (revokedBeforeMs: number) =>
      createRevocationStore(database()).accept(
        {
          appId,
          secretEpoch: 1,
          canonicalUserIds: ['alice'],
          bar: false,
          isTold: true,
          instant: { revokedBeforeMs, issueAfterMs: revokedBeforeMs },
        },
        by('token.revoke'),
      );
    await revoke(1_000);
    await revoke(2_000);
    const revocations = await stories.revocations(appId, 'alice', 10);
    expect(revocations.map(({ revokedBeforeMs, state }) => [revokedBeforeMs, state])).toEqual([
      [2_000, 'pending'],
      [1_000, 'pending'],
    ]);
    expect(await stories.revocations(appId, 'bob', 10)).toEqual([]);
  });

  test('the end is why the last ask brought nothing, and how many tokens may be nowhere', async () => {
    expect(await stories.end(appId, 'alice')).toEqual({ failure: null, possibleOrphans: 0 });
    const leases = createLeaseStore(database());
    const lease = await leases.take(
      { appId, canonicalUserId: 'alice' },
      { holder: 'server-1', urgency: 'login', forMs: 60_000 },
    );
    if (lease === undefined) throw new Error('the lease is held');
    await leases.end(lease, { failure: { reason: 'PROVIDER_FAILED', sentence: 'It failed.' }, possibleOrphans: 2 });
    expect(await stories.end(appId, 'alice')).toMatchObject({
      failure: { reason: 'PROVIDER_FAILED', sentence: 'It failed.' },
      possibleOrphans: 2,
    });
  });
});

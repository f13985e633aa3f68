import { makeKeyFileContent, openKeyRing, Secret, systemRandomBytes } from '@immint/secrets';
import type { NewApp } from '../app-store.ts';
import type { AuditEntry } from '../audit.ts';
import type { TokenToSave } from '../token-store.ts';

/** A key ring of its own for the tests of one file. */
export const testKeyRing = openKeyRing(makeKeyFileContent(systemRandomBytes));

/** Somebody who does something. */
export const testAudit: AuditEntry = { actor: 'key000000001', action: 'test.act', requestId: 'request-1' };

let apps = 0;

/** An app that no other sample shares a name or App Key with. */
export function sampleApp(changes: Partial<NewApp> = {}): NewApp {
  apps += 1;
  return {
    name: `app-${apps}`,
    provider: 'rongcloud',
    appKey: `app-key-${apps}`,
    baseUrl: 'https://api.example.com',
    dataCenter: 'somewhere',
    secret: Secret.of(`app-secret-${apps}`),
    settings: { tokenLifetime: 'unknown', nested: { list: [1, 'two', null] } },
    ...changes,
  };
}

/** The first token of a user, whose lifetime nobody knows. */
export function sampleToken(appId: number, changes: Partial<TokenToSave> = {}): TokenToSave {
  return {
    appId,
    canonicalUserId: 'alice',
    userId: 'alice',
    name: 'Alice',
    expectedGeneration: 0,
    secretEpoch: 1,
    revocationEpoch: 0,
    fence: 0,
    token: Secret.of('token-of-alice'),
    issuedAtMs: 1_795_000_000_123,
    lifetime: 'unknown',
    expiresAtMs: null,
    replaced: false,
    ...changes,
  };
}

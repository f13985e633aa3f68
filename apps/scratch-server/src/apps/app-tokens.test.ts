import { createAppTokenStore } from '@immint/db';
import { onEveryEngine } from '@immint/db/testing/on-every-engine';
import { createAppTokenLedgerInMemory } from '@immint/providers';
import { makeKeyFileContent, openKeyRing, Secret, systemRandomBytes } from '@immint/secrets';
import { describe, expect, test } from 'vitest';
import { describeAppTokenLedger } from '../testing/app-token-ledger-suite.ts';
import { createAppTokens, ledgerOf } from './app-tokens.ts';

const keyRing = openKeyRing(makeKeyFileContent(systemRandomBytes));

describe('the ledger in memory', () => {
  let passedMs = 0;
  describeAppTokenLedger({
    open: () => createAppTokenLedgerInMemory(() => performance.now() + passedMs),
    letPass: async (ms) => {
      passedMs += ms;
    },
  });
});

const INSTANTS = ['lease_until', 'taken_at', 'asked_at', 'renew_at', 'expires_at'];

describe('the ledger in the database', () => {
  onEveryEngine((database) => {
    let accounts = 0;
    const store = () => createAppTokenStore(database(), keyRing);

    describeAppTokenLedger({
      open: () => {
        accounts += 1;
        return ledgerOf(store(), `account-${accounts}`);
      },
      letPass: (ms) =>
        database().runScripts((scripts) =>
          scripts.execute(
            `update immint.app_token
             set ${INSTANTS.map((column) => `${column} = ${column} - interval '${ms} milliseconds'`).join(', ')}
             where credentials = 'account-${accounts}'`,
          ),
        ),
    });

    test('is one for an account wherever it is called, and another with another secret', async () => {
      const secret = Secret.of('s');
      const record = { appKey: 'org#app', clientId: 'cid' };
      const one = createAppTokens(store(), keyRing);
      const other = createAppTokens(store(), keyRing);
      const fence = await one.of(record, secret).ledger.take(0, { outOfTurn: false });
      await one.of(record, secret).ledger.save(fence ?? 0, { token: Secret.of('a'), ttlMs: 60_000 });
      expect((await other.of(record, Secret.of('s')).ledger.read()).token?.secret.reveal()).toBe('a');
      expect((await other.of(record, Secret.of('t')).ledger.read()).token).toBeUndefined();
      expect((await other.of({ ...record, clientId: 'other' }, secret).ledger.read()).token).toBeUndefined();
      expect((await other.of({ ...record, appKey: 'org#other' }, secret).ledger.read()).token).toBeUndefined();
    });
  });
});

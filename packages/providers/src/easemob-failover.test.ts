import { SETTINGS_BY_PROVIDER } from '@immint/contracts';
import { Secret } from '@immint/secrets';
import { afterEach, beforeEach, expect, test } from 'vitest';

import type { AppTokenLedger } from './app-token-ledger.ts';
import { createAppTokenLedgerInMemory } from './app-token-ledger-in-memory.ts';
import { createAppTokenMemory } from './app-token-memory.ts';
import type { ChatProvider } from './chat-provider.ts';
import { providers } from './providers.ts';
import { dependencies, failureOf, longContext } from './testing/provider-suite.ts';
import { jsonAnswer, reset, type ScriptedProvider, startScriptedProvider } from './testing/scripted-provider.ts';

let primary: ScriptedProvider;
let backup: ScriptedProvider;
let passedMs: number;
let ledger: AppTokenLedger;
let processes: ChatProvider[];
beforeEach(async () => {
  primary = await startScriptedProvider();
  backup = await startScriptedProvider();
  passedMs = 0;
  ledger = createAppTokenLedgerInMemory(() => performance.now() + passedMs);
  processes = [];
});
afterEach(() => Promise.all([...processes, primary, backup].map((each) => each.close())));

/** A process that has not called the account yet, and shares its app token with the others. */
const startProcess = (): ChatProvider => {
  const account = {
    appKey: 'org#app',
    clientId: 'cid',
    secret: Secret.of('secret'),
    baseUrl: primary.url,
    backupBaseUrl: backup.url,
    settings: SETTINGS_BY_PROVIDER.easemob.parse({}),
  };
  const chat = providers.easemob.connect(account, { ...dependencies(), appTokenMemory: createAppTokenMemory(ledger) });
  processes.push(chat);
  return chat;
};

const appToken = jsonAnswer(200, { access_token: 'YWMtA', expires_in: 86_400, application: 'uuid' });

test('a domain that failed an ask for an app token is avoided by whichever process asks next', async () => {
  primary.script(reset);
  backup.script(appToken);
  expect(await failureOf(startProcess().checkCredentials(longContext()))).toMatchObject({
    kind: 'unreachable',
    mayHaveExecuted: true,
  });
  passedMs += 60_000;
  expect(await startProcess().checkCredentials(longContext())).toMatchObject({ isRemembered: false });
  expect([primary.requests.length, backup.requests.length]).toEqual([1, 1]);
});

test('and where that one fails too, the next ask goes to the first again', async () => {
  primary.script(reset, appToken);
  backup.script(reset);
  await failureOf(startProcess().checkCredentials(longContext()));
  passedMs += 60_000;
  await failureOf(startProcess().checkCredentials(longContext()));
  passedMs += 60_000;
  expect(await startProcess().checkCredentials(longContext())).toMatchObject({ isRemembered: false });
  expect([primary.requests.length, backup.requests.length]).toEqual([2, 1]);
});

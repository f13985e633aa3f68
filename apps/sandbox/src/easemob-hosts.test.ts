import { describe, expect, test } from 'vitest';

import { EASEMOB_APP_KEY, type Reply, runSandbox } from './testing/running-sandbox.ts';

describe("Easemob's list of hosts, which the Java SDK 1.x asks for when it has no address", () => {
  const ask = async (appKey: string, headers: Record<string, string> = {}): Promise<Reply & { url: string }> => {
    const sandbox = await runSandbox();
    const path = `/easemob/server.json?sdk_version=4.0.0&app_key=${encodeURIComponent(appKey)}&file_version=1`;
    return { url: sandbox.url, ...(await sandbox.fetch(path, { headers })) };
  };

  test('it names the sandbox by the host and port that were asked, and nothing for client SDKs', async () => {
    const { url, status, body } = await ask(EASEMOB_APP_KEY);
    const host = { protocol: 'http', domain: '127.0.0.1', ip: '127.0.0.1', port: Number(new URL(url).port) };
    expect([status, body]).toEqual([
      200,
      { deploy_name: 'sandbox', file_version: '1', rest: { hosts: [host] }, 'msync-wx': { hosts: [] } },
    ]);
  });

  test('an App Key that does not exist has none', async () => {
    const { status, body } = await ask('nobody#nothing');
    expect(status).toBe(404);
    expect(body).toMatchObject({ error: 'organization_application_not_found' });
  });

  test('the journal has it under the App Key of its query', async () => {
    const { fetch, journal } = await runSandbox();
    await fetch('/easemob/server.json?app_key=sandbox-org%23sandbox-app');
    expect((await journal()).entries).toMatchObject([
      { provider: 'easemob', appKey: EASEMOB_APP_KEY, path: '/easemob/server.json', status: 200, code: null },
    ]);
  });
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACCOUNTS, addApp, openHouse, toAnswer } from './house.ts';
import type { House } from './house.ts';
import { startImmint } from './processes.ts';
import type { Running } from './processes.ts';

// That servers together stay within a provider's rate. How much of it they use is measured by @immint/bench.

const RATE = 200;
const CALLING_MS = 3_000;

let house: House;
let second: Running;
beforeAll(async () => {
  house = await openHouse();
  await addApp(house, ACCOUNTS[0]);
  second = await startImmint(['serve', '--port', '0'], { cwd: house.cwd, env: { DATABASE_URL: house.databaseUrl } });
});
afterAll(async () => {
  await second.stop();
  await house.close();
});

let users = 0;
async function obtain(server: Running): Promise<number> {
  users += 1;
  const response = await fetch(`${server.url}/trpc/token.obtain`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${house.adminKey}` },
    body: JSON.stringify({ app: 'rc', userId: `paced${users}` }),
  });
  return (await toAnswer(response)).status;
}

test('two servers that are asked for more than the rate allows are never refused for it', async () => {
  const untilMs = performance.now() + CALLING_MS;
  const answers: number[] = [];
  const callAgain = async (server: Running): Promise<void> => {
    while (performance.now() < untilMs) answers.push(await obtain(server));
  };
  await Promise.all([house.server, second].flatMap((server) => Array.from({ length: 20 }, () => callAgain(server))));

  const calls = (await house.sandbox.control.journal()).filter(({ path }) => path === '/user/getToken.json');
  expect(calls.filter(({ overLimit }) => overLimit)).toEqual([]);
  expect(calls).toHaveLength(answers.length);
  expect(new Set(answers)).toEqual(new Set([200]));
  const fullest = calls.map(({ atMs }) => calls.filter((call) => call.atMs >= atMs && call.atMs < atMs + 1_000).length);
  expect(Math.max(...fullest)).toBeLessThanOrEqual(RATE);
});

import { Pool } from 'undici';

/** What is called. */
export interface Target {
  readonly urls: readonly string[];
  readonly apiKey: string;
  readonly app: string;
  /** Whose tokens are asked for, in turn; without it each call is for a new user. */
  readonly users?: readonly string[];
}

/** How many callers there are, and how long they call. */
interface Load {
  /** At once, over all servers; each calls again as soon as it has its answer. */
  readonly callers: number;
  /** Calls per second over all callers; without it as many as are answered. */
  readonly perSecond?: number | undefined;
  readonly forMs: number;
}

/** What became of the calls. */
export interface Called {
  readonly answered: number;
  /** By HTTP status. */
  readonly failed: ReadonlyMap<number, number>;
  /** How long each answered call took, in milliseconds, from short to long. */
  readonly tookMs: readonly number[];
}

let calls = 0;

/** Asks for tokens again and again. */
export async function callServers(target: Target, { callers, perSecond, forMs }: Load): Promise<Called> {
  const { urls, apiKey, app, users } = target;
  const pools = urls.map((url) => new Pool(url, { connections: callers, pipelining: 1 }));
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` };
  const untilMs = performance.now() + forMs;
  const failed = new Map<number, number>();
  const tookMs: number[] = [];

  async function callOnce(pool: Pool): Promise<void> {
    calls += 1;
    const userId = users?.[calls % users.length] ?? `bench${process.pid}x${calls}`;
    const body = JSON.stringify({ app, userId });
    const sentMs = performance.now();
    const answer = await pool.request({ method: 'POST', path: '/trpc/token.obtain', headers, body });
    await answer.body.dump();
    if (answer.statusCode === 200) tookMs.push(performance.now() - sentMs);
    else failed.set(answer.statusCode, (failed.get(answer.statusCode) ?? 0) + 1);
  }

  async function callInTurn(pool: Pool, index: number): Promise<void> {
    const everyMs = perSecond === undefined ? 0 : (callers * 1_000) / perSecond;
    let nextMs = performance.now() + (everyMs * index) / callers;
    while (performance.now() < untilMs) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, nextMs - performance.now())));
      nextMs += everyMs;
      await callOnce(pool);
    }
  }

  await Promise.all(
    pools.flatMap((pool, at) =>
      Array.from({ length: Math.ceil(callers / pools.length) }, (_, index) =>
        callInTurn(pool, index * pools.length + at),
      ),
    ),
  );
  await Promise.all(pools.map((pool) => pool.close()));
  return { answered: tookMs.length, failed, tookMs: tookMs.toSorted((one, other) => one - other) };
}

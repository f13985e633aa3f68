import { toAnswer } from './house.ts';
import type { Answer, House } from './house.ts';
import { startImmint } from './processes.ts';
import type { Running } from './processes.ts';

/** One of several servers on the database of a house. */
export interface OneServer {
  readonly name: string;
  readonly running: Running;
  /** Calls a mutation of the API at this server, as any program would. */
  call(
    procedure: string,
    input: unknown,
    options?: { readonly key?: string; readonly timeoutMs?: number },
  ): Promise<Answer>;
}

/** Starts another server on the house's database, or behind another URL of the same one. */
export async function startOneServer(
  house: Pick<House, 'cwd' | 'adminKey' | 'databaseUrl'>,
  name: string,
  env: Readonly<Record<string, string>> = {},
): Promise<OneServer> {
  const running = await startImmint(['serve', '--port', '0'], {
    cwd: house.cwd,
    env: { DATABASE_URL: house.databaseUrl, IMMINT_LOG_LEVEL: 'warn', ...env },
  });
  return {
    name,
    running,
    async call(procedure, input, { key = house.adminKey, timeoutMs = 10_000 } = {}) {
      const response = await fetch(`${running.url}/trpc/${procedure}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${key}`,
          'immint-timeout-ms': String(timeoutMs),
        },
        body: JSON.stringify(input),
      });
      return toAnswer(response);
    },
  };
}

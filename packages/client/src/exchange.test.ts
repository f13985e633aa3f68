import { createServer } from 'node:http';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { ServerUnreachableError } from './client-error.ts';
import { createExchange } from './exchange.ts';

it('gives up when the answer takes longer than the limit, and names the limit', async () => {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : 'no TCP address';

  const error: unknown = await createExchange({ url, limitMs: 20, fetch: globalThis.fetch })(url).catch(
    (thrown: unknown) => thrown,
  );
  server.closeAllConnections();
  server.close();

  expect(error).toBeInstanceOf(ServerUnreachableError);
  expect(String(error)).toContain(`The server at ${url} did not answer within 20 ms.`);
});

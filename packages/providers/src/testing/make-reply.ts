import type { ProviderReply } from '../request.ts';

/** An answer as the transport hands it on. */
export const makeReply = (status: number, body: unknown): ProviderReply => ({
  status,
  contentType: 'application/json',
  serverDateMs: undefined,
  retryAfterMs: undefined,
  body: Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)),
});

import type { IncomingMessage } from 'node:http';

/** Beyond this a sender is cut off instead of being read to the end. */
const MAX_DISCARDED_BYTES = 16_777_216;

/**
 * Reads a body as UTF-8. One over `maxBytes` is read to its end but not kept, so that its sender hears the refusal, and
 * gives null. Rejects when the sender goes away.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let lengthBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    lengthBytes += chunk.length;
    if (lengthBytes > MAX_DISCARDED_BYTES) throw new Error('the body does not end');
    if (lengthBytes <= maxBytes) chunks.push(chunk);
  }
  return lengthBytes > maxBytes ? null : Buffer.concat(chunks).toString('utf8');
}

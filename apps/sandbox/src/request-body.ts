import type { IncomingMessage } from 'node:http';

/** Beyond this a sender is cut off instead of being read to the end. */
const MAX_DISCARDED_BYTES = 16_777_216;

/**
 * Reads a body as UTF-8. One over `maxBytes` gives null: it is read to its end but not kept, so that its sender hears the
 * refusal, and one without end is left unread after 16 MB. Rejects when the sender goes away.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let lengthBytes = 0;
  // Not destroyed when it is left unread: the answer goes out on the same connection.
  const pieces = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  for await (const chunk of pieces) {
    lengthBytes += chunk.length;
    if (lengthBytes > MAX_DISCARDED_BYTES) return null;
    if (lengthBytes <= maxBytes) chunks.push(chunk);
  }
  return lengthBytes > maxBytes ? null : Buffer.concat(chunks).toString('utf8');
}

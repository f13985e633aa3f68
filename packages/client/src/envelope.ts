import { ApiErrorData } from '@immint/contracts';
import { z } from 'zod';
import { ApiError, ServerAnsweredStrangelyError } from './client-error.ts';

/** tRPC's JSON around every answer (https://trpc.io/docs/rpc): a result, or an error in this API's own shape. */
const Envelope = z.union([
  z.object({ result: z.object({ data: z.unknown() }) }),
  z.object({ error: z.object({ message: z.string(), data: ApiErrorData }) }),
]);

/**
 * Reads the body of an HTTP answer, and returns it for tRPC to unwrap.
 * Throws {@link ApiError} if the server refused, {@link ServerAnsweredStrangelyError} if this is no answer of this API.
 */
export function readEnvelope(url: string, httpStatus: number, body: string): unknown {
  const envelope = Envelope.safeParse(parseJson(url, httpStatus, body));
  if (!envelope.success) {
    throw new ServerAnsweredStrangelyError(url, 'the answer is JSON of another shape', httpStatus);
  }
  if ('error' in envelope.data) throw new ApiError(envelope.data.error.message, envelope.data.error.data);
  return envelope.data;
}

function parseJson(url: string, httpStatus: number, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new ServerAnsweredStrangelyError(url, 'the answer is not JSON', httpStatus);
  }
}

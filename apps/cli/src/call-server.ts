import { ApiError, createImmintClient } from '@immint/client';
import type { ImmintClient } from '@immint/client';
import { findServer } from './config.ts';
import type { Invocation } from './invocation.ts';
import { withProgress } from './progress.ts';
import { isReadableOnTheWay } from './server-url.ts';

/** How a command talks to the server. */
interface CallOptions {
  /** What a person reads while it takes long; without it the command shows that itself. */
  readonly progress?: string;
  /** Whether it changes something; then the URL is said first. */
  readonly changes?: boolean;
  /** The deadline of each call, in milliseconds; the server's default if undefined. */
  readonly timeoutMs?: number | undefined;
}

/** Finds the server and the key, makes the calls in `work`, and adds to a refusal for want of a key where one was seen. */
export async function callServer<Result>(
  invocation: Invocation,
  options: CallOptions,
  work: (client: ImmintClient) => Promise<Result>,
): Promise<Result> {
  const { terminal, output, flags } = invocation;
  const { url, apiKey, heldBack } = await findServer(terminal, flags);
  if (isReadableOnTheWay(url))
    output.warn(`${url} is plain HTTP to another machine: the API key can be read on the way.`);
  if (options.changes === true) output.talk(`server: ${url}`);
  const client = createImmintClient({ url, apiKey, timeoutMs: options.timeoutMs });
  try {
    if (options.progress === undefined) return await work(client);
    return await withProgress(terminal, { quiet: output.quiet, text: options.progress }, work(client));
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'CREDENTIALS_MISSING' && heldBack !== undefined) {
      output.warn(
        `The key in ${heldBack} is for another URL, so it was not sent to ${url}: give its own with \`immint login\` or IMMINT_API_KEY.`,
      );
    }
    throw error;
  }
}

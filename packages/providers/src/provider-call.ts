import type { SecretProof } from './credential-gate.ts';
import type { RateGroup } from './pace.ts';
import type { HttpMethod, ProviderReply } from './request.ts';

/** One call as an adapter describes it, from its bytes to what they answer. It may be sent more than once. */
export interface ProviderCall<Result> {
  readonly group: RateGroup;
  /** How many calls of the group it counts as: 1, but the number of users where the provider counts those. */
  readonly slots?: number;
  readonly method: HttpMethod;
  readonly path: string;
  /** The largest answer that is read, in bytes; 64 KB if left out. */
  readonly maxReplyBytes?: number;
  /** Whether doing it twice is the same as doing it once, as for a question. */
  readonly isIdempotent: boolean;
  /** Whether the provider counts each arrival against a limit of its own: then only what did not arrive is sent again. */
  readonly isAskedSparingly?: boolean;
  /** How it shows the app's secret; `none` where its answer tells nothing about the secret. */
  readonly proof: SecretProof | 'none';
  /** Makes headers and body anew for each attempt, since a signature has a time and a nonce of its own. */
  readonly build: () => { readonly headers: Readonly<Record<string, string>>; readonly body: string };
  /** Reads an answer. @throws ProviderError */
  readonly read: (reply: ProviderReply) => Result;
}

import type { CallContext } from './call-context.ts';
import type { Pace, RateGroup } from './pace.ts';
import type { HttpMethod, ProviderReply, Transport } from './request.ts';

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
  /** Makes headers and body anew for each attempt, since a signature has a time and a nonce of its own. */
  readonly build: () => { readonly headers: Readonly<Record<string, string>>; readonly body: string };
  /** Reads an answer. @throws ProviderError */
  readonly read: (reply: ProviderReply) => Result;
}

/** Sends calls: paced, to the domain that works, again where that is right, within the deadline. */
export interface CallRunner {
  /** @throws ProviderError */
  run<Result>(call: ProviderCall<Result>, context: CallContext): Promise<Result>;
}

/** What a runner is made of. */
export interface CallRunnerParts {
  /** The primary origin first. */
  readonly origins: readonly [string, ...string[]];
  readonly transport: Transport;
  readonly pace: Pace;
}

export const createCallRunner = ({ origins, transport, pace }: CallRunnerParts): CallRunner => ({
  async run(call, context) {
    const { group, slots = 1, method, path, maxReplyBytes, build, read } = call;
    await pace.take(group, slots, context);
    const [origin] = origins;
    const request = { origin, method, path, ...build(), ...(maxReplyBytes === undefined ? {} : { maxReplyBytes }) };
    return read(await transport.send(request, context.signal));
  },
});

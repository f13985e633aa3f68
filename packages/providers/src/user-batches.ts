import type { CallContext } from './call-context.ts';
import { ProviderError, type ProviderErrorKind } from './provider-error.ts';
import type { UserOperation, UserOutcome } from './user-calls.ts';

/** What one call on some of the users gave: a result, or why it failed. */
type Batch<Item, Result> = { readonly items: readonly Item[] } & (
  | { readonly result: Result; readonly error?: never }
  | { readonly error: ProviderError }
);

/** How many fit into one call. */
export interface BatchLimits<Item> {
  readonly maxItems: number;
  /** Where the body has a limit too: what it has without any item, and what each adds to it. */
  readonly bytes?: { readonly max: number; readonly base: number; of(item: Item): number };
}

/** What fails for all users alike, so that calling for the next ones would only fail once more. */
const CONCERNS_THE_APP: ReadonlySet<ProviderErrorKind> = new Set([
  'credentials-refused',
  'app-unavailable',
  'app-paused',
  'asked-too-often',
  'circuit-open',
  'held-back',
  'address-refused',
]);

/** What may be the fault of one of the users: no page says whether the others of the same call are done then. */
const MAY_CONCERN_ONE: ReadonlySet<ProviderErrorKind> = new Set(['bad-request', 'user-unknown', 'user-id-refused']);

/**
 * Makes a call about many users in as many parts as the provider's limits ask for, one after the other. A part that is
 * refused for what may be one user's fault is tried again in halves, so that the others are done; a part that fails
 * otherwise keeps its error and the next goes on. Behind an error that concerns the app, or the deadline, no further call
 * is made.
 */
export const callInBatches = async <Item, Result>(
  items: readonly Item[],
  limits: BatchLimits<Item>,
  { signal }: Pick<CallContext, 'signal'>,
  call: (items: readonly Item[]) => Promise<Result>,
): Promise<readonly Batch<Item, Result>[]> => {
  const batches: Batch<Item, Result>[] = [];
  let stop: ProviderError | undefined;
  const parts = [...split(items, limits)];
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    if (stop !== undefined) {
      batches.push({ items: part, error: stop });
      continue;
    }
    try {
      batches.push({ items: part, result: await call(part) });
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      if (part.length > 1 && MAY_CONCERN_ONE.has(error.kind) && !error.mayHaveExecuted && !signal.aborted) {
        const half = Math.ceil(part.length / 2);
        parts.unshift(part.slice(0, half), part.slice(half));
        continue;
      }
      batches.push({ items: part, error });
      if (CONCERNS_THE_APP.has(error.kind) || signal.aborted) stop = notSent(error);
    }
  }
  return batches;
};

const split = <Item>(items: readonly Item[], { maxItems, bytes }: BatchLimits<Item>): readonly (readonly Item[])[] => {
  const parts: Item[][] = [];
  let sizeBytes = 0;
  for (const item of items) {
    const itemBytes = bytes?.of(item) ?? 0;
    const last = parts.at(-1);
    const hasRoom = bytes === undefined || sizeBytes + itemBytes < bytes.max;
    if (last !== undefined && last.length < maxItems && hasRoom) {
      last.push(item);
      sizeBytes += itemBytes;
    } else {
      parts.push([item]);
      sizeBytes = (bytes?.base ?? 0) + itemBytes;
    }
  }
  return parts;
};

/** The same failure for a call that was not made because of it. */
const notSent = ({ kind, httpStatus, providerCode, retryAfterMs, blames }: ProviderError): ProviderError =>
  new ProviderError(kind, {
    mayHaveExecuted: false,
    ...(httpStatus === undefined ? {} : { httpStatus }),
    ...(providerCode === undefined ? {} : { providerCode }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(blames === undefined ? {} : { blames }),
  });

/** One outcome an item, in their order: the error of its part, or what `done` makes of the part's result. */
export const toOutcomes = <Item, Result, Outcome extends UserOutcome>(
  batches: readonly Batch<Item, Result>[],
  userIdOf: (item: Item) => string,
  done: (item: Item, result: Result) => Outcome,
): readonly (Outcome | Required<UserOutcome>)[] =>
  batches.flatMap((batch) =>
    batch.items.map((item) =>
      batch.error === undefined ? done(item, batch.result) : { userId: userIdOf(item), error: batch.error },
    ),
  );

/** One outcome a user, for a call that says nothing about each. */
export const toUserOutcomes = (batches: readonly Batch<string, unknown>[]): readonly UserOutcome[] =>
  toOutcomes(
    batches,
    (userId) => userId,
    (userId) => ({ userId }),
  );

/** One operation a call, for what the provider carries out later. */
export const toOperations = <Result>(
  batches: readonly Batch<string, Result>[],
  operationIdOf: (result: Result) => string,
): readonly UserOperation[] =>
  batches.map((batch) =>
    batch.error === undefined
      ? { userIds: batch.items, operationId: operationIdOf(batch.result) }
      : { userIds: batch.items, operationId: undefined, error: batch.error },
  );

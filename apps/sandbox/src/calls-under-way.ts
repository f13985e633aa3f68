/** Which call a caller waits for: one user of one account, on one path. */
export interface WaitingFor {
  readonly provider: string;
  readonly appKey: string | null;
  readonly path: string;
  readonly userIds: readonly string[];
}

/** The calls that were received and not yet answered, so that one can tell whether it overlaps an earlier one. */
export class CallsUnderWay {
  readonly #counts = new Map<string, number>();
  readonly #overlapping = new WeakSet<object>();

  /** Notes a call; the function that it gives back must be called once it is over. */
  enter(call: object, { provider, appKey, path, userIds }: WaitingFor): () => void {
    const keys = [...new Set(userIds)].map((userId) => JSON.stringify([provider, appKey, path, userId]));
    if (keys.some((key) => this.#counts.has(key))) this.#overlapping.add(call);
    for (const key of keys) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    return () => {
      for (const key of keys) this.#leave(key);
    };
  }

  /** Whether another call for one of its users was under way when this one came in. */
  overlapped(call: object): boolean {
    return this.#overlapping.has(call);
  }

  #leave(key: string): void {
    const left = (this.#counts.get(key) ?? 0) - 1;
    if (left > 0) this.#counts.set(key, left);
    else this.#counts.delete(key);
  }
}

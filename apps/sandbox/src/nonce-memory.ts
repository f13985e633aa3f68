interface Use {
  readonly provider: string;
  readonly appKey: string;
  readonly untilMs: number;
}

/**
 * The nonces that signed a call, each for as long as its timestamp is fresh enough to be repeated. Bounded: beyond the
 * capacity the oldest is forgotten, and could be used again.
 */
export class NonceMemory {
  readonly #capacity: number;
  readonly #uses = new Map<string, Use>();

  constructor(capacity = 200_000) {
    this.#capacity = capacity;
  }

  /** Notes the nonce until then, by the sandbox clock. False if it was noted before and still counts. */
  take(provider: string, appKey: string, nonce: string, untilMs: number, nowMs: number): boolean {
    const key = `${provider} ${appKey} ${nonce}`;
    const known = this.#uses.get(key);
    if (known !== undefined && known.untilMs >= nowMs) return false;
    this.#uses.delete(key);
    this.#uses.set(key, { provider, appKey, untilMs });
    this.#trim();
    return true;
  }

  /** Forgets all, one provider's, or one account's. */
  clear(provider?: string, appKey?: string): void {
    for (const [key, use] of this.#uses) {
      if (provider !== undefined && use.provider !== provider) continue;
      if (appKey !== undefined && use.appKey !== appKey) continue;
      this.#uses.delete(key);
    }
  }

  get size(): number {
    return this.#uses.size;
  }

  #trim(): void {
    for (const key of this.#uses.keys()) {
      if (this.#uses.size <= this.#capacity) return;
      this.#uses.delete(key);
    }
  }
}

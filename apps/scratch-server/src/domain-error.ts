import { REASONS } from '@immint/contracts';
import type { Reason } from '@immint/contracts';

/** A refusal that a caller may read: a reason out of the closed list, and a sentence that we wrote. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly reason: Reason;
  readonly retryAfterMs: number | undefined;

  /** Without `sentence`, the reason's own is used; it must never hold a secret or text of a provider. */
  constructor(reason: Reason, options: { sentence?: string; retryAfterMs?: number; cause?: unknown } = {}) {
    super(
      options.sentence ?? REASONS[reason].sentence,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.reason = reason;
    this.retryAfterMs = options.retryAfterMs;
  }
}

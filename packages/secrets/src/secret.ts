import { createHash, timingSafeEqual } from 'node:crypto';

const PLACEHOLDER = '[secret]';

/**
 * A text that must not be seen: an App Secret, a user token, a password, an API key, a connection string. However it is
 * printed (template string, JSON, `util.inspect`, a logger, an error's `cause`) it shows as `[secret]`.
 *
 * It hides, and does not erase: JavaScript gives no hold on the memory of a string.
 */
export class Secret {
  readonly #value: string;

  private constructor(value: string) {
    this.#value = value;
  }

  /** Wraps a text. Any text is taken, the empty one too. */
  static of(text: string): Secret {
    return new Secret(text);
  }

  /** The text itself. The linter lists the few files that may call this. */
  reveal(): string {
    return this.#value;
  }

  /** How many characters the text has, for whoever keeps it within a bound. Not enumerable, so it is not printed. */
  get length(): number {
    return this.#value.length;
  }

  /** Whether both hold the same text, in a time that does not depend on where they differ, nor on their lengths. */
  equals(other: Secret): boolean {
    return timingSafeEqual(digest(this.#value), digest(other.#value));
  }

  toString(): string {
    return PLACEHOLDER;
  }

  toJSON(): string {
    return PLACEHOLDER;
  }

  /** What Node's `util.inspect` prints, and with it `console.log`. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return PLACEHOLDER;
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf16le').digest();
}

import { randomBytes } from 'node:crypto';

/** A source of so many random bytes. It must be cryptographic everywhere but in tests. */
export type RandomBytes = (byteCount: number) => Uint8Array;

/** The operating system's source, through `node:crypto`. */
export const systemRandomBytes: RandomBytes = (byteCount) => randomBytes(byteCount);

import { timingSafeEqual } from 'node:crypto';

/**
 * Whether two hexadecimal digests are the same, upper case or lower, in a time that does not depend on where they
 * differ. A text that is not hexadecimal, or of another length, equals nothing.
 */
export const equalHex = (expected: string, received: string): boolean => {
  if (!/^[0-9a-f]*$/i.test(received) || received.length !== expected.length) return false;
  return timingSafeEqual(Buffer.from(expected.toLowerCase()), Buffer.from(received.toLowerCase()));
};

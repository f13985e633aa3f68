import { Secret } from '@immint/secrets';

/** 24 random bytes make 32 characters of the set that every edition of Easemob's pages and its SDK take. */
const PASSWORD_BYTES = 24;

/** A password for a user who is not going to use it. The pages disagree on the shortest one; this is longer than any. */
export const newEasemobPassword = (randomBytes: (count: number) => Uint8Array): Secret =>
  Secret.of(Buffer.from(randomBytes(PASSWORD_BYTES)).toString('base64url'));

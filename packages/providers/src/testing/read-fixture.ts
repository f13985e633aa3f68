import { readFileSync } from 'node:fs';

/** A recorded or documented answer, as its bytes are in `fixtures/`. */
export const readFixture = (file: `${'rongcloud' | 'nexconn' | 'easemob'}/${string}.json`): Buffer =>
  readFileSync(new URL(`../fixtures/${file}`, import.meta.url));

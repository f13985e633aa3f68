import { z } from 'zod';

/** Output of `server.show`: what an operator asks about the server itself. */
export const ServerView = z.object({
  version: z.string(),
  /** `embedded`: inside this server's process, for this process alone. */
  database: z.enum(['postgres', 'embedded']),
  /** The server's clock, and the database's, read one after the other; epoch milliseconds. */
  nowMs: z.int(),
  databaseNowMs: z.int(),
  /** Whether other users of the server's machine can read the key file. */
  keyOpenToOthers: z.boolean(),
});
export type ServerView = z.infer<typeof ServerView>;

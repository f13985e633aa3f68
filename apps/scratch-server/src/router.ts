import { appRouter as app } from './apps/router.ts';
import { jobRouter as job } from './jobs/router.ts';
import { keyRouter as key } from './keys/router.ts';
import { serverRouter as server } from './server/router.ts';
import { tokenRouter as token } from './tokens/router.ts';
import { router } from './trpc.ts';
import { userRouter as user } from './users/router.ts';

/** The whole API. Clients import the type {@link AppRouter} and nothing else. */
export const rootRouter = router({ app, job, key, server, token, user });

export type AppRouter = typeof rootRouter;

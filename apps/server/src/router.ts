import { appRouter as app } from './apps/router.ts';
import { keyRouter as key } from './keys/router.ts';
import { tokenRouter as token } from './tokens/router.ts';
import { router } from './trpc.ts';

/** The whole API. Clients import the type {@link AppRouter} and nothing else. */
export const rootRouter = router({ app, key, token });

export type AppRouter = typeof rootRouter;

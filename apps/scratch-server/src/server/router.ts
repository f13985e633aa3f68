import { ServerView } from '@immint/contracts';
import { adminProcedure, router } from '../trpc.ts';
import { showServer } from './show.ts';

export const serverRouter = router({
  show: adminProcedure.output(ServerView).query(({ ctx }) => showServer(ctx)),
});

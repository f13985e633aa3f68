import { CreateKeyInput, CreatedKey, KeyView, RevokeKeyInput } from '@immint/contracts';
import { z } from 'zod';
import { adminProcedure, router } from '../trpc.ts';
import { createKey } from './create.ts';
import { listKeys } from './list.ts';
import { revokeKey } from './revoke.ts';

export const keyRouter = router({
  create: adminProcedure
    .input(CreateKeyInput)
    .output(CreatedKey)
    .mutation(({ ctx, input }) =>
      createKey(ctx.services, { actor: ctx.caller.keyId, requestId: ctx.requestId }, input),
    ),
  list: adminProcedure.output(z.array(KeyView)).query(({ ctx }) => listKeys(ctx)),
  revoke: adminProcedure
    .input(RevokeKeyInput)
    .output(KeyView)
    .mutation(({ ctx, input }) => revokeKey(ctx, input)),
});

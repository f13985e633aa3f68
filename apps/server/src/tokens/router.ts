import {
  InspectTokenInput,
  ListTokensInput,
  ObtainTokenInput,
  Token,
  TokenMetadata,
  TokenPage,
} from '@immint/contracts';
import { router, tokenProcedure } from '../trpc.ts';
import { inspectToken } from './inspect.ts';
import { listTokens } from './list.ts';
import { obtainToken } from './obtain.ts';

export const tokenRouter = router({
  obtain: tokenProcedure
    .input(ObtainTokenInput)
    .output(Token)
    .mutation(({ ctx, input }) => obtainToken(ctx, input)),
  inspect: tokenProcedure
    .input(InspectTokenInput)
    .output(TokenMetadata)
    .query(({ ctx, input }) => inspectToken(ctx, input)),
  list: tokenProcedure
    .input(ListTokensInput)
    .output(TokenPage)
    .query(({ ctx, input }) => listTokens(ctx, input)),
});

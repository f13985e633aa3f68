import {
  DiscardedTokens,
  DiscardTokensInput,
  InspectTokenInput,
  ListTokensInput,
  InspectedToken,
  ObtainTokenInput,
  ReportTokenInput,
  RevokedTokens,
  RevokeTokensInput,
  Timeline,
  TimelineInput,
  Token,
  TokenPage,
  UnbarredUsers,
  UnbarUsersInput,
} from '@immint/contracts';
import { router, tokenProcedure } from '../trpc.ts';
import { discardTokens } from './discard.ts';
import { inspectToken } from './inspect.ts';
import { listTokens } from './list.ts';
import { obtainToken } from './obtain.ts';
import { reportToken } from './report.ts';
import { revokeTokens } from './revoke.ts';
import { tellTimeline } from './timeline.ts';
import { unbarUsers } from './unbar.ts';

export const tokenRouter = router({
  obtain: tokenProcedure
    .input(ObtainTokenInput)
    .output(Token)
    .mutation(({ ctx, input }) => obtainToken(ctx, input)),
  report: tokenProcedure
    .input(ReportTokenInput)
    .output(Token)
    .mutation(({ ctx, input }) => reportToken(ctx, input)),
  discard: tokenProcedure
    .input(DiscardTokensInput)
    .output(DiscardedTokens)
    .mutation(({ ctx, input }) => discardTokens(ctx, input)),
  inspect: tokenProcedure
    .input(InspectTokenInput)
    .output(InspectedToken)
    .query(({ ctx, input }) => inspectToken(ctx, input)),
  timeline: tokenProcedure
    .input(TimelineInput)
    .output(Timeline)
    .query(({ ctx, input }) => tellTimeline(ctx, input)),
  list: tokenProcedure
    .input(ListTokensInput)
    .output(TokenPage)
    .query(({ ctx, input }) => listTokens(ctx, input)),
  revoke: tokenProcedure
    .input(RevokeTokensInput)
    .output(RevokedTokens)
    .mutation(({ ctx, input }) => revokeTokens(ctx, input)),
  unbar: tokenProcedure
    .input(UnbarUsersInput)
    .output(UnbarredUsers)
    .mutation(({ ctx, input }) => unbarUsers(ctx, input)),
});

import type { ListTokensInput, TokenPage } from '@immint/contracts';
import { describeApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { toMetadataAnswer } from './token-answer.ts';

/** The stored tokens of an app, a page at a time in the order of canonical user ids; never the tokens themselves. */
export async function listTokens({ services }: Call, input: ListTokensInput): Promise<TokenPage> {
  const app = await describeApp(services, input.app);
  const { tokens, nowMs } = await services.tokens.list(app.record.id, {
    limit: input.limit + 1,
    ...(input.cursor === undefined ? {} : { after: input.cursor }),
  });
  const page = tokens.slice(0, input.limit);
  const hasMore = tokens.length > page.length;
  return {
    tokens: page.map((token) => toMetadataAnswer(app, token, { standing: token.standing, nowMs })),
    nextCursor: hasMore ? (page.at(-1)?.canonicalUserId ?? null) : null,
  };
}

import type { InspectTokenInput, TokenMetadata } from '@immint/contracts';
import { describeApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { toMetadataAnswer } from './token-answer.ts';

/** What is known of a user's stored token; never the token. */
export async function inspectToken({ services }: Call, input: InspectTokenInput): Promise<TokenMetadata> {
  const app = await describeApp(services, input.app);
  const user = app.entry.canonicalUserId(input.userId, app.settings);
  if (!user.ok) throw new DomainError('USER_ID_REFUSED', { sentence: user.rule });
  const { token, nowMs } = await services.tokens.inspect(app.record.id, user.canonicalUserId);
  if (token === undefined) throw new DomainError('TOKEN_UNKNOWN');
  return toMetadataAnswer(app, token, nowMs);
}

import type { DiscardedTokens, DiscardTokensInput } from '@immint/contracts';
import { describeApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { nameUsers } from '../users/named-users.ts';

/**
 * Distrusts our copies of users' tokens: for an incident at the provider, or a lifetime that was changed in its console. Calls
 * nobody; the next obtain of each user issues anew. What is asked for from now on is trusted.
 */
export async function discardTokens(
  { services, caller, requestId, log }: Call,
  input: DiscardTokensInput,
): Promise<DiscardedTokens> {
  const app = await describeApp(services, input.app);
  const { id, name } = app.record;
  const dryRun = input.dryRun === true;
  const audit = { actor: caller.keyId, action: 'token.discard', requestId };
  const { tokens } = services;
  const discarded =
    input.userIds === undefined
      ? await tokens.discardBefore(id, input.issuedBeforeMs, { dryRun }, audit)
      : await tokens.discard(id, nameUsers(app, input.userIds).canonicalUserIds, { dryRun }, audit);
  if (!dryRun) await services.database.flush();
  log.info('token.discarded', { app: name, tokens: discarded, dryRun });
  return { app: name, discarded, dryRun };
}

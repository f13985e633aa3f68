import type { AppView, GiveSecretInput } from '@immint/contracts';
import { Secret } from '@immint/secrets';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { describeApp } from './app-connections.ts';
import { viewApp } from './app-view.ts';
import { refuseCuttingOver } from './cut-over-in-progress.ts';

/**
 * Mends a mistyped secret: the tokens and the secret epoch stay, and so does a staged secret. An app that was paused for the
 * mistyped one is called again.
 */
export async function correctSecret({ services, caller, requestId }: Call, input: GiveSecretInput): Promise<AppView> {
  const { record } = await describeApp(services, input.app);
  refuseCuttingOver(record);
  const corrected = await services.apps.update(
    record.id,
    { secret: Secret.of(input.secret) },
    { dropTokens: false, expectedUpdatedAtMs: record.updatedAtMs },
    { actor: caller.keyId, action: 'app.correctSecret', requestId },
  );
  if (corrected === undefined) throw new DomainError('APP_UNKNOWN');
  await services.database.flush();
  return viewApp(services, corrected);
}

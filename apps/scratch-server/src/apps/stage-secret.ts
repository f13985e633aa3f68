import type { AppView, GiveSecretInput } from '@immint/contracts';
import { Secret } from '@immint/secrets';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { describeApp } from './app-connections.ts';
import { viewApp } from './app-view.ts';
import { cutOverInProgress, refuseCuttingOver } from './cut-over-in-progress.ts';

/**
 * Keeps the app's next secret, sealed for the place that the app has now, until it is put in force. Nothing is asked of the
 * provider; one that waited already is replaced.
 */
export async function stageSecret(call: Call, input: GiveSecretInput): Promise<AppView> {
  const { services, caller, requestId } = call;
  const { record } = await describeApp(services, input.app);
  refuseCuttingOver(record);
  const secret = Secret.of(input.secret);
  if (secret.equals(await services.apps.readSecret(record))) {
    throw new DomainError('INPUT_INVALID', {
      sentence: `This is the secret that the app has: enter the refreshed one. If it was refreshed before it was entered, \`immint app update ${record.name} --secret-file FILE --drop-tokens\` drops the tokens that the refresh ended.`,
    });
  }
  const audit = { actor: caller.keyId, action: 'app.stageSecret', requestId };
  const staged = await services.rotations.stage(record, secret, audit);
  if (staged === 'cutting-over') throw cutOverInProgress();
  await services.database.flush();
  return viewApp(services, record);
}

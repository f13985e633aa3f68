import type { AppView, NameAppInput } from '@immint/contracts';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { describeApp } from './app-connections.ts';
import { viewApp } from './app-view.ts';
import { cutOverInProgress } from './cut-over-in-progress.ts';

/** Drops the app's next secret. Once the cut-over has begun, the provider may have seen it, so there is nothing to abort. */
export async function abortSecret({ services, caller, requestId }: Call, input: NameAppInput): Promise<AppView> {
  const { record } = await describeApp(services, input.app);
  const audit = { actor: caller.keyId, action: 'app.abortSecret', requestId };
  const aborted = await services.rotations.abort(record.id, audit);
  if (aborted === 'not-staged') throw new DomainError('SECRET_NOT_STAGED');
  if (aborted === 'cutting-over') throw cutOverInProgress();
  await services.database.flush();
  return viewApp(services, record);
}

import type { CutOver, NameAppInput } from '@immint/contracts';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { fromProviderError } from '../from-provider-error.ts';
import type { Services } from '../services.ts';
import { describeApp } from './app-connections.ts';
import type { DescribedApp } from './app-connections.ts';
import { cutOverInProgress } from './cut-over-in-progress.ts';
import { CUT_OVER_LEASE_MS } from './cut-over-lease.ts';
import { runCutOver } from './run-cut-over.ts';
import type { CutOverEnd } from './run-cut-over.ts';

/**
 * Puts the staged secret in force: writes down that this is in progress, shows the secret to the provider, and writes down
 * what came of it. From the first of these on it no longer needs this server or this call.
 */
export async function cutOverSecret({ services, caller, requestId }: Call, input: NameAppInput): Promise<CutOver> {
  const app = await describeApp(services, input.app);
  const audit = { actor: caller.keyId, action: 'app.cutOverSecret', requestId };
  const claim = await services.rotations.begin(app.record.id, CUT_OVER_LEASE_MS, audit);
  if (claim === 'not-staged') throw new DomainError('SECRET_NOT_STAGED');
  if (claim === 'cutting-over') throw cutOverInProgress();
  await services.database.flush();
  const end = await runCutOver(services, claim);
  return end.kind === 'overtaken' ? toldByAnother(services, app) : toCutOver(app, end);
}

function toCutOver({ entry: { displayName } }: DescribedApp, end: Exclude<CutOverEnd, { kind: 'overtaken' }>): CutOver {
  if (end.kind === 'undone') throw undone(displayName, end.result);
  if (end.kind === 'done') {
    const { app, endsTokens, tokensOfEarlierSecrets, reissueJob = null, endedAtMs } = end;
    return { app: app.name, secretEpoch: app.secretEpoch, endsTokens, tokensOfEarlierSecrets, reissueJob, endedAtMs };
  }
  const { reason, message, retryAfterMs } = fromProviderError(end.error);
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (end.kind === 'put-back') {
    const sentence = `${message} The provider was not called, so the new secret waits as before: cut over to it again.`;
    throw new DomainError(reason, { cause: end.error, sentence, ...wait });
  }
  throw new DomainError('CUT_OVER_UNANSWERED', {
    cause: end.error,
    sentence: `${message} Nobody knows yet whether the new secret is in force there, so it is asked again until it answers; new tokens of this app wait meanwhile. \`immint app show\` tells how it ends.`,
    ...wait,
  });
}

/** What it came to where another server went on with it. */
async function toldByAnother(services: Services, before: DescribedApp): Promise<CutOver> {
  const { record, entry, settings } = await describeApp(services, before.record.name);
  const { cuttingOver, lastCutOver, tokensOfEarlierSecrets } = await services.rotations.read(record.id);
  if (cuttingOver !== null) throw cutOverInProgress();
  if (lastCutOver === null || lastCutOver.result === 'overruled') {
    throw new DomainError('CHANGED_MEANWHILE', { retryAfterMs: 0 });
  }
  if (lastCutOver.result !== 'done') throw undone(entry.displayName, lastCutOver.result);
  return {
    app: record.name,
    secretEpoch: record.secretEpoch,
    endsTokens: entry.capabilities(settings).secretRefreshKillsTokens,
    tokensOfEarlierSecrets,
    reissueJob: null,
    endedAtMs: lastCutOver.endedAtMs,
  };
}

function undone(displayName: string, result: 'new-secret-refused' | 'no-secret-taken'): DomainError {
  const sentences = {
    'new-secret-refused': `${displayName} refuses the new secret and still takes the old one, so the app goes on with that. The new one is dropped: compare it with the console and stage it again.`,
    'no-secret-taken': `${displayName} takes neither the new secret nor the old one. The new one is dropped: stage the one that the console shows, and cut over to it.`,
  };
  return new DomainError('CUT_OVER_UNDONE', { sentence: sentences[result] });
}

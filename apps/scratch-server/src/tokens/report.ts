import { explainClientCode, verdictOf } from '@immint/contracts';
import type { ReportTokenInput, Token } from '@immint/contracts';
import { ProviderError } from '@immint/providers';
import { Secret } from '@immint/secrets';
import { describeApp } from '../apps/app-connections.ts';
import type { DescribedApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { handOut } from './hand-out.ts';
import { findOrIssue } from './obtain.ts';
import type { ObtainedToken } from './token-answer.ts';
import { checkWanted } from './wanted-token.ts';
import type { WantedToken } from './wanted-token.ts';

/**
 * A device says that the provider refuses its token. If it is the current one it is marked, and replaced by one call to the
 * provider, however many devices say so; until then it stays, and is handed out where the provider gives no other. Whoever
 * reports an earlier one is given the current one. Refuses with `REPORT_NOT_ABOUT_TOKEN` a code that says something else, and
 * with `FRESH_TOO_SOON` what is beyond the allowance of user or app.
 */
export async function reportToken(call: Call, input: ReportTokenInput): Promise<Token> {
  const app = await describeApp(call.services, input.app);
  // What was replaced a moment ago at another server must not be what is handed out instead.
  const wanted = { ...checkWanted(app, { app: input.app, userId: input.userId }), mayBeRemembered: false };
  const obtained = await replaceReported(call, app, wanted, input);
  return handOut(call, app, wanted, obtained);
}

async function replaceReported(
  call: Call,
  app: DescribedApp,
  wanted: WantedToken,
  { token, fingerprint = '', providerCode }: ReportTokenInput,
): Promise<ObtainedToken> {
  const { tokens, keyRing } = call.services;
  const { id, name, provider } = app.record;
  call.services.activity.reported(id);
  const verdict = verdictOf(provider, providerCode);
  if (verdict === 'not-the-token') throw notAboutToken(app, providerCode);

  const named = token === undefined ? fingerprint : keyRing.fingerprint(Secret.of(token));
  const { token: current } = await tokens.inspect(id, wanted.canonicalUserId);
  const isCurrent = current?.fingerprint === named;
  call.log.info('token.reported', { app: name, userId: wanted.userId, isCurrent, providerCode: providerCode ?? null });
  if (!isCurrent) return findOrIssue(call, app, wanted);
  if (verdict === 'token-expires-soon') return renewed(call, app, wanted);
  await tokens.markReported(id, wanted.canonicalUserId, named, {
    actor: call.caller.keyId,
    action: 'token.report',
    requestId: call.requestId,
    detail: { providerCode: providerCode ?? null },
  });
  return findOrIssue(call, app, { ...wanted, demand: 'replacement' });
}

/** The token is good until its end: without a new one it is handed out. */
async function renewed(call: Call, app: DescribedApp, wanted: WantedToken): Promise<ObtainedToken> {
  try {
    return await findOrIssue(call, app, { ...wanted, demand: 'renewal' });
  } catch (error) {
    if (!(error instanceof ProviderError || error instanceof DomainError)) throw error;
    call.log.warn('token.not-renewed', { app: app.record.name, userId: wanted.userId }, error);
    return findOrIssue(call, app, wanted);
  }
}

function notAboutToken({ record }: DescribedApp, providerCode: number | undefined): DomainError {
  const sentence = providerCode === undefined ? undefined : explainClientCode(record.provider, providerCode);
  return new DomainError('REPORT_NOT_ABOUT_TOKEN', sentence === undefined ? {} : { sentence });
}

import type { InspectedToken, InspectTokenInput } from '@immint/contracts';
import { Reason } from '@immint/contracts';
import type { RevocationRecord } from '@immint/db';
import { describeApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { nameUser } from '../users/named-users.ts';
import { toMetadataAnswer } from './token-answer.ts';

/** What is known of a user's stored token; never the token. */
export async function inspectToken({ services }: Call, input: InspectTokenInput): Promise<InspectedToken> {
  const app = await describeApp(services, input.app);
  const { canonicalUserId } = nameUser(app, input.userId);
  const { token, standing, nowMs } = await services.tokens.inspect(app.record.id, canonicalUserId);
  if (token === undefined) throw new DomainError('TOKEN_UNKNOWN');
  const latest = await services.revocations.latest(app.record.id, canonicalUserId);
  return {
    ...toMetadataAnswer(app, token, { standing, nowMs }),
    revocation: latest === undefined ? null : view(latest),
  };
}

function view(latest: RevocationRecord): InspectedToken['revocation'] {
  return {
    state: latest.state,
    revokedBeforeMs: latest.revokedBeforeMs,
    acceptedAtMs: latest.acceptedAtMs,
    settledAtMs: latest.settledAtMs,
    attempts: latest.attempts,
    reason: latest.reason === null ? null : Reason.parse(latest.reason),
  };
}

import type { UserStanding } from '@immint/db';
import type { CallContext } from '@immint/providers';
import type { ConnectedApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import type { Services } from '../services.ts';
import { fixInstant } from './provider-clock.ts';

/** What a caller needs besides the wait: the call to the provider, and the answer. */
const CALL_MS = 1_000;

/** Refuses a barred user with `USER_BARRED`. */
export function refuseBarred({ barredAtMs }: UserStanding): void {
  if (barredAtMs !== null) throw new DomainError('USER_BARRED');
}

/** How long, by the database's clock, the provider would still end a new token together with revoked ones. */
function shadowMs({ issueAfterMs }: UserStanding, nowMs: number): number {
  return issueAfterMs === null ? 0 : Math.max(0, issueAfterMs - nowMs);
}

/** Refuses with `REVOKED_JUST_NOW` a caller whose time is over before a new token would be safe. */
export function refuseImpatient({ services, deadlineMs }: Call, standing: UserStanding, nowMs: number): void {
  const waitMs = shadowMs(standing, nowMs);
  const leftMs = deadlineMs - services.monotonicMs();
  if (waitMs > 0 && waitMs + CALL_MS > leftMs) throw new DomainError('REVOKED_JUST_NOW', { retryAfterMs: waitMs });
}

/** Waits until a new token is not one of those that a revoke ends; where that instant is missing, it is fixed now. */
export async function waitOutRevoke(
  services: Services,
  app: ConnectedApp,
  user: { readonly canonicalUserId: string; readonly standing: UserStanding; readonly nowMs: number },
  context: CallContext,
): Promise<void> {
  const { canonicalUserId, standing, nowMs } = user;
  const waitMs = shadowMs(standing, nowMs);
  if (waitMs > 0) await services.sleep(waitMs);
  if (!standing.instantMissing) return;
  const instant = await fixInstant(services, app.chat, context);
  await services.revocations.fixInstant(app.record.id, [canonicalUserId], instant);
  await services.sleep(Math.max(0, instant.issueAfterMs - (await services.database.nowMs())));
}

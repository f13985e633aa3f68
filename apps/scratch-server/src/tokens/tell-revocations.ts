import type { RevocationRecord, Settlement } from '@immint/db';
import { ProviderError } from '@immint/providers';
import type { CallContext, UserOutcome } from '@immint/providers';
import type { ConnectedApp } from '../apps/app-connections.ts';
import type { Services } from '../services.ts';
import { fixInstant } from './provider-clock.ts';
import { settlementOf } from './settle-revocation.ts';

/** A revoke, and what telling it came to. */
export interface ToldRevocation {
  readonly record: RevocationRecord;
  readonly settlement: Settlement;
}

/**
 * Tells the provider of revokes, each with its own instant, as many users in a call as the provider takes, and writes down
 * what became of each. Where the instant is missing it is fixed now, once: it is stored before it is sent.
 */
export async function tellRevocations(
  services: Services,
  app: ConnectedApp,
  records: readonly RevocationRecord[],
  context: CallContext,
): Promise<ToldRevocation[]> {
  const told: ToldRevocation[] = [];
  for (const group of byInstant(await withInstants(services, app, records, context))) {
    const errors = 'error' in group ? () => group.error : await tell(services, app, group.records, context);
    const delivered: number[] = [];
    for (const record of group.records) {
      const ageMs = services.nowMs() - record.acceptedAtMs;
      const random = (services.randomBytes(1)[0] ?? 0) / 255;
      const error = errors(record.canonicalUserId);
      const settlement = settlementOf(error, { attempts: record.attempts, ageMs, random });
      if (error !== undefined) {
        const { state } = settlement;
        services.log.warn('revocation.not-delivered', { app: app.record.name, revocation: record.id, state }, error);
      }
      if (settlement.state === 'delivered') delivered.push(record.id);
      else await services.revocations.settle([record.id], settlement);
      told.push({ record, settlement });
    }
    if (delivered.length > 0) await services.revocations.settle(delivered, { state: 'delivered' });
  }
  await services.database.flush();
  return told;
}

type Group =
  | { readonly records: readonly RevocationRecord[] }
  | { readonly records: readonly RevocationRecord[]; readonly error: ProviderError };

/** Gives records without an instant one, or the reason why there is none yet. */
async function withInstants(
  services: Services,
  app: ConnectedApp,
  records: readonly RevocationRecord[],
  context: CallContext,
): Promise<readonly Group[]> {
  const takesInstant = app.chat.revocation?.takesInstant === true;
  const missing = takesInstant ? records.filter(({ revokedBeforeMs }) => revokedBeforeMs === null) : [];
  if (missing.length === 0) return [{ records }];
  const others = { records: records.filter((record) => !missing.includes(record)) };
  try {
    const instant = await fixInstant(services, app.chat, context);
    const userIds = [...new Set(missing.map(({ canonicalUserId }) => canonicalUserId))];
    const pending = await services.revocations.fixInstant(app.record.id, userIds, instant);
    const ids = new Set(missing.map(({ id }) => id));
    const fixed = pending.filter(({ id }) => ids.has(id));
    return [others, { records: fixed }];
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return [others, { records: missing, error }];
  }
}

/** One call has one instant. */
function byInstant(groups: readonly Group[]): Group[] {
  return groups.flatMap((group): Group[] => {
    if ('error' in group) return [group];
    const split = new Map<number | null, RevocationRecord[]>();
    for (const record of group.records) {
      split.set(record.revokedBeforeMs, [...(split.get(record.revokedBeforeMs) ?? []), record]);
    }
    return [...split.values()].map((records) => ({ records }));
  });
}

async function tell(
  { nowMs }: Services,
  { chat }: ConnectedApp,
  records: readonly RevocationRecord[],
  context: CallContext,
): Promise<(canonicalUserId: string) => ProviderError | undefined> {
  if (chat.revocation === undefined) return () => new ProviderError('bad-request');
  const userIds = [...new Set(records.map(({ canonicalUserId }) => canonicalUserId))];
  try {
    const outcomes: readonly UserOutcome[] = await chat.revocation.revoke(
      userIds,
      records[0]?.revokedBeforeMs ?? nowMs(),
      context,
    );
    const errorOf = new Map(outcomes.map(({ userId, error }) => [userId, error]));
    return (canonicalUserId) => errorOf.get(canonicalUserId);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return () => error;
  }
}

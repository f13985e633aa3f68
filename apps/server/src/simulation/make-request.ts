import { DatabaseError } from '@immint/db';
import { ProviderError } from '@immint/providers';
import { describeApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { discardTokens } from '../tokens/discard.ts';
import { findOrIssue, obtainToken } from '../tokens/obtain.ts';
import { reportToken } from '../tokens/report.ts';
import { revokeTokens } from '../tokens/revoke.ts';
import { toTokenAnswer } from '../tokens/token-answer.ts';
import { unbarUsers } from '../tokens/unbar.ts';
import { checkWanted } from '../tokens/wanted-token.ts';
import type { Outcome } from './history.ts';
import type { PlannedOperation } from './plan.ts';

/** The app of every history. */
export const APP = 'app';

/** What a caller brings along besides the request. */
export interface Caller {
  /** The fingerprint of the so-manieth last token that was handed out of a user. */
  readonly remembered: (userId: string, age: number) => string | undefined;
  readonly cutOver: () => Promise<void>;
  readonly databaseNowMs: () => number;
}

/** Makes a request by the verb that answers it, and says how it ended. */
export async function makeRequest(call: Call, planned: PlannedOperation, caller: Caller): Promise<Outcome> {
  try {
    return await answer(call, planned, caller);
  } catch (error) {
    return toOutcome(error);
  }
}

async function answer(call: Call, { userId, request }: PlannedOperation, caller: Caller): Promise<Outcome> {
  const told = (token: Awaited<ReturnType<typeof obtainToken>>): Outcome => {
    const { generation, source, expiresAtMs } = token;
    return {
      kind: 'token',
      token: token.token,
      generation,
      source,
      expiresAtMs,
      databaseNowMs: caller.databaseNowMs(),
    };
  };
  if (request.kind === 'revoke') await revokeTokens(call, { app: APP, userIds: [userId], bar: request.bar });
  if (request.kind === 'unbar') await unbarUsers(call, { app: APP, userIds: [userId] });
  if (request.kind === 'discard') {
    await discardTokens(call, request.wholeApp ? { app: APP, all: true } : { app: APP, userIds: [userId] });
  }
  if (request.kind === 'cut-over') await caller.cutOver();
  if (request.kind === 'obtain') {
    const { ttlSeconds } = request;
    return told(await obtainToken(call, { app: APP, userId, ...(ttlSeconds === undefined ? {} : { ttlSeconds }) }));
  }
  if (request.kind === 'fresh') return told(await obtainToken(call, { app: APP, userId, fresh: true }));
  if (request.kind === 'obtain-behind') {
    const app = await describeApp(call.services, APP);
    const wanted = checkWanted(app, { app: APP, userId });
    return told(toTokenAnswer(app, wanted, await findOrIssue(call, app, { ...wanted, urgency: 'background' })));
  }
  const fingerprint = request.kind === 'report' ? caller.remembered(userId, request.age) : undefined;
  if (request.kind !== 'report' || fingerprint === undefined) return { kind: 'done' };
  const code = request.expiresSoon ? { providerCode: 109 } : {};
  return told(await reportToken(call, { app: APP, userId, fingerprint, ...code }));
}

/** What a caller may be told is told; anything else is a fault of ours. */
export function toOutcome(error: unknown): Outcome {
  if (error instanceof DomainError) return { kind: 'refused', by: 'immint', reason: error.reason };
  if (error instanceof ProviderError) return { kind: 'refused', by: 'provider', reason: error.kind };
  if (error instanceof DatabaseError) return { kind: 'refused', by: 'database', reason: error.code };
  return { kind: 'broken', error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

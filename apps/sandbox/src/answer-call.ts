import { matchPath } from './call-path.ts';
import type { Limits } from './limits.ts';
import {
  type Answer,
  type CallHead,
  type PretendProvider,
  type ProviderCall,
  Refusal,
  type ServedCall,
  type World,
} from './provider-call.ts';

/** What became of a call. */
export interface Outcome {
  readonly answer: Answer;
  /** Refused because of the rate. */
  readonly overLimit: boolean;
  /** The work was done. */
  readonly executed: boolean;
}

/** The row of a provider's table that serves this path with this method; failing that, with another method. */
export function findCall(calls: readonly ServedCall[], { method, path }: CallHead): ServedCall | undefined {
  const rows = calls.filter((call) => matchPath(call.path, path) !== null);
  return rows.find((call) => call.method === method) ?? rows[0];
}

/** Does a call, in the order in which the providers check: path, method, credentials, rate, body. */
export function answerCall(
  provider: PretendProvider,
  row: ServedCall | undefined,
  call: ProviderCall,
  world: World,
  limits: Limits,
): Outcome {
  try {
    if (row === undefined) return refused(provider.refusals.noSuchCall(call, world));
    if (row.method !== call.method) return refused(provider.refusals.methodNotAllowed(call, world));
    const account = provider.admit(call, world);
    const { rateGroup, perSecond: documentedPerSecond } = row;
    const units = row.rateUnits?.(call) ?? 1;
    const arrival = { provider: provider.name, appKey: account.record.appKey, rateGroup, documentedPerSecond };
    if (!limits.admit({ ...arrival, units, atMs: call.arrivedAtMs })) {
      return { ...refused(provider.refusals.overLimit(call, world)), overLimit: true };
    }
    return { answer: row.answer(call, account, world), overLimit: false, executed: true };
  } catch (error) {
    return refused(error instanceof Refusal ? error.answer : explainFailure(provider, call, world, error));
  }
}

/** The account's setting `httpStatusOnError: false` sends errors with HTTP 200. */
export function applyErrorStatus(provider: PretendProvider, head: CallHead, answer: Answer, world: World): Answer {
  const appKey = provider.claimedAppKey(head);
  const account = appKey === null ? undefined : world.state.account(provider.name, appKey);
  return account === undefined || account.record.settings.httpStatusOnError ? answer : { ...answer, status: 200 };
}

function refused(answer: Answer): Outcome {
  return { answer, overLimit: false, executed: false };
}

function explainFailure(provider: PretendProvider, call: CallHead, world: World, error: unknown): Answer {
  const reason = error instanceof Error ? error.message : String(error);
  return provider.refusals.internalError(call, world, `the sandbox itself failed: ${reason}`);
}

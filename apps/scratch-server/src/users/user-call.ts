import type { UserCallName } from '@immint/contracts';
import { createCallContext } from '@immint/providers';
import type { CallContext, Urgency, UserCalls } from '@immint/providers';
import { connectApp, describeApp } from '../apps/app-connections.ts';
import type { ConnectedApp, DescribedApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';

/** Finds the app, or refuses with `CALL_UNSUPPORTED`, which says what the provider has instead. */
export async function describeForCall(call: Call, app: string, name: UserCallName): Promise<DescribedApp> {
  const described = await describeApp(call.services, app);
  const { userCalls } = described.entry.capabilities(described.settings);
  if (userCalls.includes(name)) return described;
  throw new DomainError('CALL_UNSUPPORTED', {
    sentence: `${described.entry.displayName} has no call for \`user ${name}\`; it has: ${userCalls.join(', ') || 'none'}.`,
  });
}

/** A connected app, and one of its provider's calls about users. */
export interface ConnectedCall<Name extends keyof UserCalls> {
  readonly app: ConnectedApp;
  readonly ask: NonNullable<UserCalls[Name]>;
}

/** Connects an app of {@link describeForCall}. */
export async function connectForCall<Name extends keyof UserCalls>(
  call: Call,
  described: DescribedApp,
  name: Name,
): Promise<ConnectedCall<Name>> {
  const app = await connectApp(call.services, described);
  const ask = app.chat.users[name];
  if (ask === undefined || ask === null)
    throw new TypeError(`the adapter lacks the call ${name} that its capabilities name`);
  return { app, ask };
}

/** The server needs a moment to say what became of a call. */
const ANSWER_MS = 500;
const ANSWER_SHARE = 0.1;

/**
 * The caller's deadline, less the moment that the answer takes, so that a slow provider is called by its name. Somebody
 * waits for a call about one user, so it goes with the logins; calls about many, and lists, go behind them.
 */
export function contextOf({ services, deadlineMs }: Call, urgency: Urgency): CallContext {
  const leftMs = deadlineMs - services.monotonicMs();
  const timeoutMs = Math.max(1, Math.floor(leftMs - Math.min(ANSWER_MS, leftMs * ANSWER_SHARE)));
  return createCallContext(timeoutMs, { ...services, urgency });
}

/** The urgency of a call about so many users. */
export function urgencyOf(users: number): Urgency {
  return users === 1 ? 'login' : 'background';
}

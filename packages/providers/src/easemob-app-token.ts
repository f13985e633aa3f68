import type { Secret } from '@immint/secrets';

import type { CheckedCredentials } from './checked-credentials.ts';
import { ProviderError } from './provider-error.ts';
import { wasNeverSent } from './retry-policy.ts';
import { untilAborted } from './until-aborted.ts';

/** An app token as the provider just gave it. */
export interface GivenAppToken {
  readonly token: Secret;
  readonly ttlSeconds: number;
  readonly serverDateMs: number | undefined;
}

/**
 * The app token of one account, for as many callers as there are. Behind an interface, because it will be shared by all
 * servers through the database, under the same rules.
 */
export interface AppTokenSource {
  /** The token to call with now. Throws ProviderError, also for a failure of less than a minute ago. */
  current(signal: AbortSignal): Promise<Secret>;
  /** The token to repeat a call with that was refused with this one. */
  replace(refused: Secret, signal: AbortSignal): Promise<Secret>;
  /** Asks anew where the floor allows it, and otherwise answers what is known from less than a minute ago. */
  check(signal: AbortSignal): Promise<CheckedCredentials>;
}

/** Easemob bans accounts that ask too often, at a rate that it does not tell. Source: doc.easemob.com/product/easemob_app_token.html */
const APP_TOKEN_FLOOR_MS = 60_000;

/** The service does not promise the whole lifetime, so a token is renewed when this share of it is over. */
const RENEWED_AFTER_SHARE = 0.8;

/** An ask outlives the caller who began it, because others wait for it too. */
const ASK_TIMEOUT_MS = 10_000;

/**
 * What is remembered of one account's app token. It outlives a connection: whoever connects again with the same credentials
 * hands it on, so that the floor holds.
 */
export interface AppTokenMemory {
  held: HeldToken | undefined;
  failure: ProviderError | undefined;
  flight: Promise<GivenAppToken> | undefined;
  askedAtMs: number;
  askedOutOfTurnAtMs: number;
}

/** Remembers nothing yet. */
export const createAppTokenMemory = (): AppTokenMemory => ({
  held: undefined,
  failure: undefined,
  flight: undefined,
  askedAtMs: -Infinity,
  askedOutOfTurnAtMs: -Infinity,
});

interface HeldToken {
  readonly token: Secret;
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
}

/**
 * Keeps an app token in memory. It is asked for by one call for all who wait, renewed early without making anybody wait,
 * and asked for at most once in 60 s, save once after a call was refused with it. Clock: monotonic milliseconds.
 */
export const createAppTokenSource = (
  ask: (timeoutMs: number) => Promise<GivenAppToken>,
  monotonicMs: () => number,
  memory: AppTokenMemory = createAppTokenMemory(),
): AppTokenSource => {
  const floorLeftMs = (): number => Math.max(0, memory.askedAtMs + APP_TOKEN_FLOOR_MS - monotonicMs());
  const alive = (): HeldToken | undefined =>
    memory.held !== undefined && monotonicMs() < memory.held.expiresAtMs ? memory.held : undefined;

  /** Why nobody may ask now: the failure of the last ask, or that there was one. */
  const tooSoon = (): ProviderError => {
    const retryAfterMs = Math.ceil(floorLeftMs());
    if (memory.failure === undefined) return new ProviderError('asked-too-often', { retryAfterMs });
    return repeat(memory.failure, Math.max(retryAfterMs, memory.failure.retryAfterMs ?? 0));
  };

  const askOnce = async (): Promise<GivenAppToken> => {
    const previousAskAtMs = memory.askedAtMs;
    const startedAtMs = monotonicMs();
    memory.askedAtMs = startedAtMs;
    memory.failure = undefined;
    try {
      const given = await ask(ASK_TIMEOUT_MS);
      const ttlMs = given.ttlSeconds * 1000;
      memory.held = {
        token: given.token,
        renewAtMs: startedAtMs + ttlMs * RENEWED_AFTER_SHARE,
        expiresAtMs: startedAtMs + ttlMs,
      };
      return given;
    } catch (error) {
      // What certainly did not arrive was not asked, so it does not use up the minute.
      if (!(error instanceof ProviderError) || wasNeverSent(error)) memory.askedAtMs = previousAskAtMs;
      else memory.failure = error;
      throw error;
    }
  };

  const join = (): Promise<GivenAppToken> => {
    memory.flight ??= askOnce().finally(() => {
      memory.flight = undefined;
    });
    return memory.flight;
  };

  /** Joins the ask that is under way or begins one; `outOfTurn` may do so inside the floor, once. */
  const joinOrAsk = (outOfTurn: boolean): Promise<GivenAppToken> => {
    if (memory.flight !== undefined) return memory.flight;
    if (floorLeftMs() === 0) return join();
    if (!outOfTurn || monotonicMs() < memory.askedOutOfTurnAtMs + APP_TOKEN_FLOOR_MS) return Promise.reject(tooSoon());
    memory.askedOutOfTurnAtMs = monotonicMs();
    return join();
  };

  return {
    async current(signal) {
      const token = alive();
      if (token === undefined) return (await untilAborted(joinOrAsk(false), signal)).token;
      const isDue = monotonicMs() >= token.renewAtMs && floorLeftMs() === 0;
      // Nobody waits for an early renewal; if it fails, the token still lives and the next minute tries again.
      if (isDue) void join().catch(() => undefined);
      return token.token;
    },

    async replace(refused, signal) {
      const other = alive();
      if (other !== undefined && !other.token.equals(refused)) return other.token;
      memory.held = undefined;
      return (await untilAborted(joinOrAsk(true), signal)).token;
    },

    async check(signal) {
      // Within the minute nobody may ask, so the last answer counts: a token, or the failure that is repeated below.
      const isKnown = memory.failure === undefined && alive() !== undefined && floorLeftMs() > 0;
      if (isKnown && memory.flight === undefined) return { serverDateMs: undefined, isRemembered: true };
      const { serverDateMs } = await untilAborted(joinOrAsk(false), signal);
      return { serverDateMs, isRemembered: false };
    },
  };
};

/** The same failure once more, with the time to wait. */
const repeat = (failure: ProviderError, retryAfterMs: number): ProviderError => {
  const { kind, httpStatus, providerCode, systemCode, blames } = failure;
  return new ProviderError(kind, {
    retryAfterMs,
    mayHaveExecuted: false,
    ...(httpStatus === undefined ? {} : { httpStatus }),
    ...(providerCode === undefined ? {} : { providerCode }),
    ...(systemCode === undefined ? {} : { systemCode }),
    ...(blames === undefined ? {} : { blames }),
  });
};

import { setTimeout as pause } from 'node:timers/promises';

import { EASEMOB_APP_TOKEN_TIMES } from '@immint/contracts/easemob';
import type { Secret } from '@immint/secrets';

import { failedDomainOf, repeatFailure } from './app-token-failure.ts';
import type { AppTokenState } from './app-token-ledger.ts';
import type { AppTokenMemory, Flight, HeldToken, Obtained } from './app-token-memory.ts';
import { askInTurn, type AskForAppToken } from './app-token-turn.ts';
import type { CheckedCredentials } from './checked-credentials.ts';
import { ProviderError } from './provider-error.ts';
import type { ObserveProvider } from './provider-event.ts';
import { untilAborted } from './until-aborted.ts';

/** The app token of one account, for as many callers as there are. What the ledger throws, all of these throw too. */
export interface AppTokenSource {
  /** The token to call with now. Throws ProviderError, also for a failure of less than a minute ago. */
  current(signal: AbortSignal): Promise<Secret>;
  /** The token to repeat a call with that was refused with this one. */
  replace(refused: Secret, signal: AbortSignal): Promise<Secret>;
  /** Asks anew where the floor allows it, and otherwise answers what is known from less than a minute ago. */
  check(signal: AbortSignal): Promise<CheckedCredentials>;
}

/** What somebody wants of the ledger. */
interface Wish {
  /** Whether the living token that is known will do, so that nobody has to be asked. */
  readonly isMetBy: (token: NonNullable<AppTokenState['token']>, state: AppTokenState) => boolean;
  /** The token that is of no use any more and may be replaced inside the floor. */
  readonly refused?: Secret;
}

interface AppTokenParts {
  readonly memory: AppTokenMemory;
  /** The base URL of the account. */
  readonly place: string;
  /** A clock that never jumps. */
  readonly monotonicMs: () => number;
  readonly observe?: ObserveProvider | undefined;
}

/** How long somebody who finds another asking waits before it looks again. */
const LOOK_AGAIN_MS = 50;

/** Longer than any ask lasts; callers have shorter deadlines of their own. */
const LONGEST_WAIT_MS = 15_000;

/** For so long after the right to ask ran out, whoever had it is taken to stand still rather than to be dead. */
const STANDSTILL_MS = 2_000;

/** When an early renewal that failed, or that somebody else makes, is looked at again. */
const RENEW_AGAIN_MS = 1_000;

/**
 * The app token of one account, out of its ledger: one ask for all who wait, here and in every process on the same ledger;
 * renewed early without making anybody wait; and asked for at most once in 60 s, save once after a call was refused with
 * it. A token that lives is used from memory, whether or not the ledger can be reached, until it ends.
 */
export const createAppTokenSource = (
  ask: AskForAppToken,
  { memory, place, monotonicMs, observe = () => {} }: AppTokenParts,
): AppTokenSource => {
  const { ledger } = memory;

  const alive = (): HeldToken | undefined =>
    memory.held !== undefined && monotonicMs() < memory.held.expiresAtMs ? memory.held : undefined;

  /** Takes what the ledger has, or asks, or waits for whoever does. */
  const look = async ({ isMetBy, refused }: Wish): Promise<Obtained> => {
    const startedAtMs = monotonicMs();
    for (;;) {
      const readAtMs = monotonicMs();
      const state = await ledger.read();
      const { token } = state;
      if (token !== undefined && isMetBy(token, state)) {
        const { secret, livesMs, renewInMs } = token;
        memory.held = { secret, renewAtMs: readAtMs + renewInMs, expiresAtMs: readAtMs + livesMs };
        return { secret, asked: undefined };
      }
      if (state.asking !== 'somebody') {
        const obtained = await askIfAllowed(state, refused);
        if (obtained !== undefined) return obtained;
      }
      if (monotonicMs() - startedAtMs > LONGEST_WAIT_MS) {
        throw new ProviderError('timed-out', { mayHaveExecuted: false });
      }
      await pause(LOOK_AGAIN_MS);
    }
  };

  /** Undefined if somebody else was quicker, or may be. */
  const askIfAllowed = async (state: AppTokenState, refused: Secret | undefined): Promise<Obtained | undefined> => {
    const outOfTurn = refused !== undefined && state.mayGoOutOfTurn;
    if (state.floorLeftMs > 0 && !outOfTurn) {
      if (mayStillBring(state)) return undefined;
      if (refused !== undefined) await ledger.forget(refused);
      throw tooSoon(state, place);
    }
    const takenAtMs = monotonicMs();
    const fence = await ledger.take(state.fence, { outOfTurn, ...(refused === undefined ? {} : { refused }) });
    if (fence === undefined) return undefined;
    observe({ kind: 'app-token-asked', outOfTurn: outOfTurn && state.floorLeftMs > 0 });
    const avoidedDomain = failedDomainOf(state.failure, place);
    const parts = { ask, ledger, place, avoidedDomain, monotonicMs, observe };
    const given = await askInTurn(parts, fence, takenAtMs);
    if (given === undefined) return undefined;
    const { token: secret, ttlSeconds, serverDateMs } = given;
    const ttlMs = ttlSeconds * 1000;
    const renewAtMs = takenAtMs + ttlMs * EASEMOB_APP_TOKEN_TIMES.renewedAfterShare;
    memory.held = { secret, renewAtMs, expiresAtMs: takenAtMs + ttlMs };
    return { secret, asked: { serverDateMs } };
  };

  const begin = (wish: Wish): Promise<Obtained> => {
    const obtained = look(wish);
    const end = (): boolean => memory.underWay.delete(settled);
    const settled: Promise<boolean> = obtained.then(end, end);
    memory.underWay.add(settled);
    return obtained;
  };

  /** Joins what others here wait for, or begins. What may not go out of turn is no help to whoever may: it goes behind. */
  const join = (wish: Wish): Promise<Obtained> => {
    const mayGoOutOfTurn = wish.refused !== undefined;
    const { flight } = memory;
    if (flight !== undefined && (flight.mayGoOutOfTurn || !mayGoOutOfTurn)) return flight.obtained;
    const before = flight?.obtained.catch(() => undefined);
    const begun: Flight = {
      mayGoOutOfTurn,
      obtained: before === undefined ? begin(wish) : before.then(() => begin(wish)),
    };
    const land = (): void => {
      if (memory.flight === begun) memory.flight = undefined;
    };
    begun.obtained.then(land, land);
    memory.flight = begun;
    return begun.obtained;
  };

  /** Nobody waits for it; if it fails, the token still lives. */
  const renewEarly = async (due: HeldToken): Promise<void> => {
    memory.isRenewing = true;
    try {
      await begin({ isMetBy: isRenewed });
      if (memory.held?.secret.equals(due.secret) === true) postpone(RENEW_AGAIN_MS);
    } catch (error) {
      const waitMs = error instanceof ProviderError ? error.retryAfterMs : undefined;
      postpone(Math.min(RENEW_AGAIN_MS, waitMs ?? RENEW_AGAIN_MS));
    } finally {
      memory.isRenewing = false;
    }
  };
  const postpone = (waitMs: number): void => {
    if (memory.held !== undefined) memory.held = { ...memory.held, renewAtMs: monotonicMs() + waitMs };
  };

  return {
    async current(signal) {
      const token = alive();
      if (token === undefined) return (await untilAborted(join({ isMetBy: () => true }), signal)).secret;
      if (monotonicMs() >= token.renewAtMs && !memory.isRenewing) void renewEarly(token);
      return token.secret;
    },

    async replace(refused, signal) {
      for (;;) {
        const other = alive();
        if (other !== undefined && !other.secret.equals(refused)) return other.secret;
        memory.held = undefined;
        const isOther = ({ secret }: { readonly secret: Secret }): boolean => !secret.equals(refused);
        const obtained = await untilAborted(join({ isMetBy: isOther, refused }), signal);
        if (obtained.asked !== undefined || isOther(obtained)) return obtained.secret;
      }
    },

    async check(signal) {
      const { asked } = await untilAborted(begin({ isMetBy: isKnown }), signal);
      return { serverDateMs: asked?.serverDateMs, isRemembered: asked === undefined };
    },
  };
};

/** Whether there is nothing to be done for an early renewal. */
const isRenewed: Wish['isMetBy'] = ({ renewInMs }, { asking }) => renewInMs > 0 || asking === 'somebody';

/** Whether a token is what the provider said within the last minute, in which nobody may ask again. */
const isKnown: Wish['isMetBy'] = (_token, { asking, failure, floorLeftMs }) =>
  asking === 'nobody' && failure === null && floorLeftMs > 0;

/** Whether whoever asked without writing an end may have been held up, and bring something yet. */
const mayStillBring = ({ asking, floorLeftMs }: AppTokenState): boolean =>
  asking === 'died' && EASEMOB_APP_TOKEN_TIMES.floorMs - floorLeftMs < STANDSTILL_MS;

/** Why nobody may ask now: the failure of the last ask, or that there was one. */
const tooSoon = ({ asking, failure, floorLeftMs }: AppTokenState, place: string): ProviderError =>
  repeatFailure(asking === 'died' ? null : failure, { place, floorLeftMs });

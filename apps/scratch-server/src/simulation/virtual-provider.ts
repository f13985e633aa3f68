import { NO_USER_CALLS, ProviderError } from '@immint/providers';
import type { CallContext, ChatProvider, IssuedToken, IssueTokenRequest, ProviderErrorKind } from '@immint/providers';
import { Secret } from '@immint/secrets';
import type { FaultBoard } from './fault-board.ts';
import type { History } from './history.ts';
import type { Plan, WindowFault } from './plan.ts';
import type { SeededRandom } from './seeded-random.ts';
import { BEGINNING_MS } from './virtual-server.ts';
import type { VirtualServer } from './virtual-server.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The provider: it gives a token for every call that reaches it, and knows which of them are alive. */
export interface VirtualProvider {
  /** The connection of one server with the secret of this epoch. */
  chatOf(server: VirtualServer, secretEpoch: number): ChatProvider;
  /** From now on only this secret is taken, and what was given for an earlier one is dead. */
  cutOver(secretEpoch: number): void;
  textOf(token: Secret): string;
}

/** One attempt takes at most this part of its caller's time, as in `@immint/providers`. */
const ATTEMPT_SHARE = 0.4;
const LEAST_ATTEMPT_MS = 50;

interface Given {
  readonly text: string;
  readonly userId: string;
  /** In whole seconds of the provider's clock, as it compares them. */
  readonly obtainedAtMs: number;
  isAlive: boolean;
}

export function createVirtualProvider(
  { lifetimeSeconds, provider }: Plan,
  {
    time,
    randomFor,
    faults,
    history,
  }: {
    readonly time: VirtualTime;
    readonly randomFor: (purpose: string) => SeededRandom;
    readonly faults: FaultBoard;
    readonly history: History;
  },
): VirtualProvider {
  const given: Given[] = [];
  const texts = new WeakMap<Secret, string>();
  const clockAheadMs = randomFor('clock of the provider').whole(-3_000, 3_000);
  let acceptedEpoch = 1;
  let calls = 0;

  const nowMs = () => Math.floor((BEGINNING_MS + time.nowMs() + clockAheadMs) / 1_000) * 1_000;

  function kill(userId: string, which: (token: Given) => boolean): void {
    const killed = given.filter((token) => token.userId === userId && token.isAlive && which(token));
    for (const token of killed) token.isAlive = false;
    if (killed.length > 0) history.add({ kind: 'killed-by-provider', userId, tokens: killed.map(({ text }) => text) });
  }

  function give(call: number, { userId, ttlSeconds }: IssueTokenRequest): IssuedToken {
    const text = `token-${given.length + 1}`;
    given.push({ text, userId, obtainedAtMs: nowMs(), isAlive: true });
    history.add({ kind: 'call-executed', call, userId, token: text });
    const token = Secret.of(text);
    texts.set(token, text);
    const lifeSeconds = ttlSeconds ?? lifetimeSeconds;
    return {
      token,
      lifetime: lifeSeconds === null ? { kind: 'unknown' } : { kind: 'known', ttlSeconds: lifeSeconds },
    };
  }

  /** What becomes of one attempt, apart from how long it takes. */
  function fateOf(
    serverIndex: number,
    secretEpoch: number,
    random: SeededRandom,
  ): { error?: ProviderErrorKind; isGiven: boolean } {
    const isHit = (kind: WindowFault) => faults.hits(kind, serverIndex, random);
    if (isHit('provider-unreachable')) return { error: 'unreachable', isGiven: false };
    if (isHit('provider-refuses')) return { error: 'rate-limited', isGiven: false };
    if (isHit('provider-fails')) return { error: 'failed', isGiven: random.chance(0.3) };
    if (isHit('provider-answer-lost')) return { error: 'timed-out', isGiven: true };
    if (secretEpoch !== acceptedEpoch) return { error: 'credentials-refused', isGiven: false };
    return { isGiven: true };
  }

  function attempt(
    server: VirtualServer,
    random: SeededRandom,
    secretEpoch: number,
    request: IssueTokenRequest,
    context: CallContext,
  ): Promise<IssuedToken> {
    return server.ask<IssuedToken>((answering) => {
      const call = (calls += 1);
      const { userId } = request;
      history.add({ kind: 'call-sent', call, server: server.name, userId });
      const isSlow = faults.hits('provider-slow', server.index, random);
      const latencyMs = () => (isSlow ? 50 + random.next() * 4_000 : 5 + random.next() * 60);
      let isOver = false;
      const end = (error: ProviderError | undefined, tell: () => void): void => {
        if (isOver) return;
        isOver = true;
        takeBack();
        context.signal.removeEventListener('abort', giveUp);
        history.add({ kind: 'call-ended', call, server: server.name, userId, error: error?.kind });
        tell();
      };
      const fail = (error: ProviderError) => end(error, () => answering.reject(error));
      const giveUp = () => fail(new ProviderError('timed-out'));
      const leftMs = context.deadlineMs - server.monotonicMs();
      const takeBack = server.later(Math.max(1, Math.min(context.timeoutMs * ATTEMPT_SHARE, leftMs)), giveUp);
      context.signal.addEventListener('abort', giveUp);
      time.after(latencyMs(), () => {
        const { error, isGiven } = fateOf(server.index, secretEpoch, random);
        const issued = isGiven ? give(call, request) : undefined;
        if (issued !== undefined && faults.hits('provider-delivers-twice', server.index, random)) give(call, request);
        if (error === 'timed-out') return;
        time.after(latencyMs(), () => {
          if (error !== undefined)
            fail(new ProviderError(error, error === 'unreachable' ? { mayHaveExecuted: false } : {}));
          else if (issued !== undefined) end(undefined, () => answering.resolve(issued));
        });
      });
    });
  }

  return {
    textOf: (token) => texts.get(token) ?? 'a token that the provider never gave',
    cutOver(secretEpoch) {
      acceptedEpoch = secretEpoch;
      for (const userId of new Set(given.map((token) => token.userId))) kill(userId, () => true);
    },
    chatOf(server, secretEpoch) {
      const random = randomFor(`provider for ${server.name}`);
      return {
        async issueToken(request, context) {
          for (let isRepeat = false; ; isRepeat = true) {
            if (faults.hits('provider-paced', server.index, random)) await server.sleep(random.whole(1, 2_000));
            if (context.signal.aborted) throw new ProviderError('held-back');
            context.beforeSend?.();
            try {
              return await attempt(server, random, secretEpoch, request, context);
            } catch (error) {
              if (!(error instanceof ProviderError) || isRepeat || !error.retryable) throw error;
              const waitMs = random.whole(50, 400);
              if (server.monotonicMs() + waitMs + LEAST_ATTEMPT_MS > context.deadlineMs) throw error;
              await server.sleep(waitMs);
              if (error.mayHaveExecuted) await context.beforeRepeat?.();
            }
          }
        },
        profiles: undefined,
        revocation:
          provider === 'easemob'
            ? undefined
            : {
                effect: 'Ends what was obtained before.',
                isVerified: true,
                takesInstant: true,
                revoke: (userIds, beforeMs) =>
                  server.ask((answering) => {
                    time.after(5 + random.next() * 60, () => {
                      const isDown = faults.hits('provider-unreachable', server.index, random);
                      const error = isDown ? new ProviderError('unreachable') : undefined;
                      if (!isDown) for (const userId of userIds) kill(userId, (token) => token.obtainedAtMs < beforeMs);
                      const outcomes = userIds.map((userId) => ({ userId, ...(error === undefined ? {} : { error }) }));
                      time.after(5 + random.next() * 60, () => answering.resolve(outcomes));
                    });
                  }),
              },
        users: NO_USER_CALLS,
        checkCredentials: () =>
          server.ask((answering) => {
            time.after(5 + random.next() * 60, () => {
              const serverDateMs = nowMs();
              const isDown = faults.hits('provider-unreachable', server.index, random);
              time.after(5 + random.next() * 60, () =>
                isDown
                  ? answering.reject(new ProviderError('unreachable'))
                  : answering.resolve({ serverDateMs, isRemembered: false }),
              );
            });
          }),
        close: async () => {},
      };
    },
  };
}

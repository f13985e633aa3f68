import { initTRPC } from '@trpc/server';
import type { Context } from './context.ts';
import { parseTimeoutMs, withinDeadline } from './deadline.ts';
import { DomainError } from './domain-error.ts';
import { errorDataOf, toTRPCError } from './error-shape.ts';
import { toDomainError } from './to-domain-error.ts';
import { authenticate, mayUseApp } from './keys/authenticate.ts';
import type { Caller } from './keys/authenticate.ts';

const trpc = initTRPC.context<Context>().create({
  // tRPC would follow NODE_ENV and send stacks to callers.
  isDev: false,
  // Proxies take a connection on which nothing comes for a dead one.
  sse: { ping: { enabled: true, intervalMs: 5_000 }, client: { reconnectAfterInactivityMs: 20_000 } },
  errorFormatter: ({ shape, error, ctx }) => {
    const domainError = toDomainError(error);
    return {
      code: shape.code,
      message: domainError.message,
      data: errorDataOf(domainError, ctx?.requestId ?? 'unknown'),
    };
  },
});

export const router = trpc.router;

/** Errors become refusals in one place. */
const refusing = trpc.procedure.use(async ({ next }) => {
  const result = await next();
  if (result.ok) return result;
  throw toTRPCError(result.error);
});

/** Every call that answers once: the caller's deadline holds. */
const procedure = refusing.use(({ ctx, next }) => {
  const timeoutMs = parseTimeoutMs(ctx.timeoutHeader);
  const deadlineMs = ctx.services.monotonicMs() + timeoutMs;
  return withinDeadline(timeoutMs, next({ ctx: { ...ctx, deadlineMs } }));
});

/** A call that only an admin key may make. */
export const adminProcedure = procedure.use(async ({ ctx, next }) => {
  const caller = await authenticate(ctx.services, ctx.authorization);
  if (caller.kind !== 'admin') throw new DomainError('NOT_ALLOWED');
  return next({ ctx: withCaller(ctx, caller) });
});

/** How long one call may be answered again and again; whoever wants more asks again. */
const WATCH_MS = 600_000;

/** A call that is answered again and again, which only an admin key may make. */
export const watchProcedure = refusing
  .use(({ ctx, next }) => next({ ctx: { ...ctx, deadlineMs: ctx.services.monotonicMs() + WATCH_MS } }))
  .use(async ({ ctx, next }) => {
    const caller = await authenticate(ctx.services, ctx.authorization);
    if (caller.kind !== 'admin') throw new DomainError('NOT_ALLOWED');
    return next({ ctx: withCaller(ctx, caller) });
  });

/**
 * A call about one app's tokens: an admin key, or a key that names this app. An unknown app is refused in the same words. The
 * key may come out of memory, unless the app is strict.
 */
export const tokenProcedure = procedure.use(async ({ ctx, getRawInput, next }) => {
  const { memory, keyRing } = ctx.services;
  const known = await authenticate({ keyRing, keys: memory.keys }, ctx.authorization);
  const input = await getRawInput();
  const app = typeof input === 'object' && input !== null && 'app' in input ? input.app : undefined;
  if (typeof app === 'string' && !mayUseApp(known, app)) throw new DomainError('NOT_ALLOWED');
  const isStrict = typeof app === 'string' && (await memory.apps.isStrict(app));
  const caller = isStrict ? await authenticate(ctx.services, ctx.authorization) : known;
  return next({ ctx: withCaller(ctx, caller) });
});

function withCaller<Known extends Context>(context: Known, caller: Caller): Known & { readonly caller: Caller } {
  return { ...context, caller, log: context.log.with({ keyId: caller.keyId }) };
}

import type { Token } from '@immint/contracts';
import type { DescribedApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { toTokenAnswer } from './token-answer.ts';
import type { ObtainedToken } from './token-answer.ts';
import type { WantedToken } from './wanted-token.ts';

/** Gives a token to its caller, and notes the day: kept to the day, so that it costs one write a user and day. */
export async function handOut(
  call: Call,
  app: DescribedApp,
  wanted: WantedToken,
  obtained: ObtainedToken,
): Promise<Token> {
  const { token, source } = obtained;
  const today = new Date(call.services.nowMs()).toISOString().slice(0, 10);
  if (token.lastHandedOutOn !== today) {
    await call.services.tokens.markHandedOut(app.record.id, token.canonicalUserId, today);
    call.services.memory.tokens.handedOut(app, token, today);
  }
  call.services.activity.handedOut(app.record.id);
  const { generation } = token;
  call.log.info('token.handed-out', { app: app.record.name, userId: wanted.userId, source, generation });
  return toTokenAnswer(app, wanted, obtained);
}

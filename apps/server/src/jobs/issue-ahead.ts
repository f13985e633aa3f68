import type { ClaimedItem, NamedJob } from '@immint/db';
import type { DescribedApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { withinDeadline } from '../deadline.ts';
import type { Services } from '../services.ts';
import { findOrIssue } from '../tokens/obtain.ts';
import { sendChangedProfile } from '../tokens/send-profile.ts';
import { checkWanted } from '../tokens/wanted-token.ts';
import { fateOfFailure, MAX_ATTEMPTS } from './fate-of-item.ts';
import type { ItemFate } from './fate-of-item.ts';

/** An item that takes longer than this is given up, so that nothing of it can stop the job. */
const ITEM_LIMIT_MS = 60_000;

/**
 * Obtains the token of one item as a login would, but behind logins: what is stored and good stays, so whoever does an item
 * again does nothing. Nothing is handed out.
 */
export async function issueAhead(
  services: Services,
  job: NamedJob,
  app: DescribedApp,
  item: ClaimedItem,
): Promise<ItemFate> {
  const { number, userId, name, avatarUrl, attempts } = item;
  // Whoever began it that often never came to say why it failed.
  if (attempts > MAX_ATTEMPTS) {
    return { result: { number, state: 'failed', reason: 'INTERNAL', mayHaveCalled: true } };
  }
  const call = callOf(services, job);
  try {
    const input = {
      app: app.record.name,
      userId,
      ...(name === undefined ? {} : { name }),
      ...(avatarUrl === undefined ? {} : { avatarUrl }),
    };
    // Where calls are counted, each try is one: what fails is tried again as another one.
    const wanted = { ...checkWanted(app, input), urgency: 'background' as const, mayRepeat: job.cap === null };
    const obtained = await withinDeadline(ITEM_LIMIT_MS, findOrIssue(call, app, wanted));
    await sendChangedProfile(call, app, wanted, obtained.token);
    return { result: { number, state: obtained.source, mayHaveCalled: obtained.source === 'issued' } };
  } catch (error) {
    return fateOfFailure(item, error, (services.randomBytes(1)[0] ?? 0) / 255);
  }
}

/** Whoever made the job asks, and the number of the job finds what was done for it. */
function callOf(services: Services, { id, actor }: NamedJob): Call {
  const requestId = `job_${id}`;
  return {
    services,
    requestId,
    caller: { keyId: actor, kind: 'admin', apps: [] },
    deadlineMs: services.monotonicMs() + ITEM_LIMIT_MS,
    log: services.log.with({ requestId }),
  };
}

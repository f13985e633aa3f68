import { AddAppInput } from '@immint/contracts';
import type { AppView, UpdateAppInput } from '@immint/contracts';
import { Secret } from '@immint/secrets';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { refusedInput } from '../to-domain-error.ts';
import { describeApp } from './app-connections.ts';
import type { DescribedApp } from './app-connections.ts';
import { viewApp } from './app-view.ts';
import { isSamePlace, resolvePlace } from './place.ts';
import type { Place } from './place.ts';
import { orTaken } from './taken.ts';

/**
 * Changes an app. A changed App Key, or another place, is another account to the provider: the stored tokens go, after
 * the caller has agreed, and the secret must come again, so that it is never sent to a place it was not entered for.
 * A secret alone corrects a mistyped one: the tokens stay.
 */
export async function updateApp({ services, caller, requestId }: Call, input: UpdateAppInput): Promise<AppView> {
  const app = await describeApp(services, input.app);
  const { record } = app;
  const place = changedPlace(app, input);
  const settings = checkWhole(app, input);
  const isMoved = place !== undefined && place.baseUrl !== record.baseUrl;
  const isOtherAccount =
    (input.appKey ?? record.appKey) !== record.appKey || (place !== undefined && !isSamePlace(place, record));

  if (isMoved && input.secret === undefined) {
    throw new DomainError('INPUT_INVALID', {
      sentence: 'A changed place needs the secret again, so that it is only ever sent where it was entered for.',
    });
  }
  if (isOtherAccount && input.dropTokens !== true) await refuseSilentDrop(services.apps, record.id);

  try {
    const updated = await services.apps.update(
      record.id,
      {
        ...(input.appKey === undefined ? {} : { appKey: input.appKey }),
        ...(input.clientId === undefined ? {} : { clientId: input.clientId }),
        ...place,
        ...(input.secret === undefined ? {} : { secret: Secret.of(input.secret) }),
        settings,
      },
      { dropTokens: isOtherAccount, expectedUpdatedAtMs: record.updatedAtMs },
      { actor: caller.keyId, action: 'app.update', requestId },
    );
    if (updated === undefined) throw new DomainError('APP_UNKNOWN');
    await services.database.flush();
    return await viewApp(services, updated);
  } catch (error) {
    throw orTaken(error);
  }
}

function changedPlace({ entry }: DescribedApp, input: UpdateAppInput): Place | undefined {
  return input.dataCenter === undefined && input.baseUrl === undefined ? undefined : resolvePlace(entry, input);
}

/** What the app would be is held against the rules for a new one, so that there is one set of rules. */
function checkWhole({ record, settings }: DescribedApp, input: UpdateAppInput): AddAppInput['settings'] {
  const clientId = input.clientId ?? record.clientId;
  const whole = AddAppInput.safeParse({
    app: record.name,
    provider: record.provider,
    appKey: input.appKey ?? record.appKey,
    ...(clientId === undefined ? {} : { clientId }),
    secret: input.secret ?? 'unchanged',
    baseUrl: record.baseUrl,
    settings: { ...settings, ...input.settings },
  });
  if (!whole.success) throw refusedInput(whole.error);
  return whole.data.settings;
}

async function refuseSilentDrop(apps: { countTokens(id: number): Promise<number> }, id: number): Promise<void> {
  const tokens = await apps.countTokens(id);
  if (tokens === 0) return;
  throw new DomainError('APP_CHANGE_DROPS_TOKENS', {
    sentence: `This change drops ${tokens} stored ${tokens === 1 ? 'token' : 'tokens'} of the app: repeat it with dropTokens to agree.`,
  });
}

import { isDeepStrictEqual } from 'node:util';
import { AddAppInput } from '@immint/contracts';
import type { AppView, UpdateAppInput } from '@immint/contracts';
import type { AppSettings } from '@immint/providers';
import { Secret } from '@immint/secrets';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { refusedInput } from '../to-domain-error.ts';
import { describeApp } from './app-connections.ts';
import type { DescribedApp } from './app-connections.ts';
import { viewApp } from './app-view.ts';
import { refuseCuttingOver } from './cut-over-in-progress.ts';
import { hasNewOrigin, isSamePlace, recheckPlace, resolvePlace, usesBackup } from './place.ts';
import type { Place } from './place.ts';
import { orTaken } from './taken.ts';

/**
 * Changes an app. A changed App Key, or another place, is another account to the provider: the stored tokens go, after
 * the caller has agreed. A host that the app was not called at before, be it for the backup alone, needs the secret again,
 * so that it is never sent to a place it was not entered for. A secret alone corrects a mistyped one, and the tokens stay; with
 * `dropTokens` it is one that the provider refreshed, and the tokens that the refresh ended go. While a cut-over is in progress
 * account, place and secret stay as they are, unless the tokens are dropped: that overrules it.
 */
export async function updateApp({ services, caller, requestId }: Call, input: UpdateAppInput): Promise<AppView> {
  const app = await describeApp(services, input.app);
  const { record } = app;
  const settings = checkWhole(app, input);
  const place = nextPlace(app, input, settings);
  const isOtherAccount = (input.appKey ?? record.appKey) !== record.appKey || !isSamePlace(place, record);

  const isRefreshed = input.secret !== undefined && input.dropTokens === true;
  const dropsTokens = isOtherAccount || isRefreshed;
  const hasNewPlace = !isDeepStrictEqual(place, placeOf(record));
  const touchesSecret = input.secret !== undefined || input.clientId !== undefined || hasNewPlace;
  if (touchesSecret && !dropsTokens) refuseCuttingOver(record);

  if (hasNewOrigin(record, place) && input.secret === undefined) {
    throw new DomainError('INPUT_INVALID', {
      sentence:
        'The app is to be called at a host that it was not called at before: give the secret again, so that it is only ever sent where it was entered for.',
    });
  }
  if (isOtherAccount && input.dropTokens !== true) await refuseSilentDrop(services.apps, record.id);

  try {
    const updated = await services.apps.update(
      record.id,
      {
        ...(input.appKey === undefined ? {} : { appKey: input.appKey }),
        ...(input.clientId === undefined ? {} : { clientId: input.clientId }),
        ...(hasNewPlace ? { place } : {}),
        ...(input.secret === undefined ? {} : { secret: Secret.of(input.secret) }),
        settings,
      },
      { dropTokens: dropsTokens, expectedUpdatedAtMs: record.updatedAtMs },
      { actor: caller.keyId, action: 'app.update', requestId, detail: { dropTokens: dropsTokens } },
    );
    if (updated === undefined) throw new DomainError('APP_UNKNOWN');
    await services.database.flush();
    return await viewApp(services, updated);
  } catch (error) {
    throw orTaken(error);
  }
}

/**
 * The place after the change, in which both domains change together. A place that is not named stays as it was written
 * down, whatever its data centre is known by today, save that the setting for the second domain adds or takes it.
 */
function nextPlace(
  { entry, record, settings: before }: DescribedApp,
  input: UpdateAppInput,
  settings: AppSettings,
): Place {
  const { dataCenter, baseUrl, backupBaseUrl } = input;
  if (dataCenter !== undefined || baseUrl !== undefined || backupBaseUrl !== undefined)
    return resolvePlace(entry, input, settings);
  const place = placeOf(record);
  recheckPlace(place, settings);
  if (record.dataCenter === undefined || usesBackup(settings) === usesBackup(before)) return place;
  if (usesBackup(settings)) return resolvePlace(entry, { dataCenter: record.dataCenter }, settings);
  return { baseUrl: place.baseUrl, dataCenter: record.dataCenter };
}

function placeOf({ baseUrl, backupBaseUrl, dataCenter }: Place): Place {
  return {
    baseUrl,
    ...(backupBaseUrl === undefined ? {} : { backupBaseUrl }),
    ...(dataCenter === undefined ? {} : { dataCenter }),
  };
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

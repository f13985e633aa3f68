import { checkBaseUrl, isLoopbackUrl } from '@immint/providers';
import type { AppSettings, PlacePolicy, ProviderEntry } from '@immint/providers';
import { DomainError } from '../domain-error.ts';

/** Where an app's provider is called: at its base URL, and at the backup when that does not answer. */
export interface Place {
  readonly baseUrl: string;
  readonly backupBaseUrl?: string;
  readonly dataCenter?: string;
}

/** A place as an operator writes it. */
interface WrittenPlace {
  readonly dataCenter?: string | undefined;
  readonly baseUrl?: string | undefined;
  readonly backupBaseUrl?: string | undefined;
}

/** Turns what an operator wrote (a data centre, or base URLs) into the place to call, or says what is wrong with it. */
export function resolvePlace(entry: ProviderEntry, written: WrittenPlace, settings: AppSettings): Place {
  const { dataCenter, baseUrl, backupBaseUrl } = written;
  if ((dataCenter === undefined) === (baseUrl === undefined)) {
    throw invalid(
      dataCenter === undefined && backupBaseUrl !== undefined
        ? 'A backup base URL goes with a base URL: give both.'
        : `Name the data centre, or give a base URL: exactly one of the two. ${dataCentersOf(entry)}`,
    );
  }
  if (baseUrl !== undefined) return checkOwnHosts(baseUrl, backupBaseUrl, settings);
  if (backupBaseUrl !== undefined) throw invalid('A data centre has a backup domain of its own: give no other.');
  const hosts =
    dataCenter !== undefined && Object.hasOwn(entry.dataCenters, dataCenter)
      ? entry.dataCenters[dataCenter]
      : undefined;
  if (hosts === undefined || dataCenter === undefined) {
    throw invalid(`${entry.displayName} has no data centre of this name. ${dataCentersOf(entry)}`);
  }
  const { baseUrl: primary, backupBaseUrl: backup } = hosts;
  return { baseUrl: primary, ...(usesBackup(settings) ? { backupBaseUrl: backup } : {}), dataCenter };
}

/** Whether a data centre's backup domain is called. Where that is in doubt there is a setting for it. */
export function usesBackup(settings: AppSettings): boolean {
  return !('useSecondDomain' in settings) || settings.useSecondDomain;
}

/** Holds a place that is stored against the rules again: the settings may have changed. */
export function recheckPlace({ baseUrl, backupBaseUrl }: Place, policy: PlacePolicy): void {
  checkOwnHosts(baseUrl, backupBaseUrl, policy);
}

/** Whether two places are one account to the provider: the sandbox stays the sandbox when its port changes. */
export function isSamePlace(one: Place, other: Place): boolean {
  return (
    one.baseUrl === other.baseUrl || (isLoopbackUrl(new URL(one.baseUrl)) && isLoopbackUrl(new URL(other.baseUrl)))
  );
}

/** Whether a place has a host, scheme or port that the one before did not have: then a secret was not entered for it. */
export function hasNewOrigin(before: Place, after: Place): boolean {
  const known = originsOf(before);
  return originsOf(after).some((origin) => !known.includes(origin));
}

function originsOf({ baseUrl, backupBaseUrl }: Place): readonly string[] {
  return backupBaseUrl === undefined ? [baseUrl] : [baseUrl, backupBaseUrl];
}

function checkOwnHosts(baseUrl: string, backupBaseUrl: string | undefined, policy: PlacePolicy): Place {
  const primary = originOf('The base URL', baseUrl, policy);
  if (backupBaseUrl === undefined) return { baseUrl: primary };
  const backup = originOf('The backup base URL', backupBaseUrl, policy);
  if (backup === primary) throw invalid('The backup base URL must be another one than the base URL.');
  return { baseUrl: primary, backupBaseUrl: backup };
}

function originOf(subject: string, baseUrl: string, policy: PlacePolicy): string {
  const checked = checkBaseUrl(baseUrl, policy);
  if (!checked.ok) throw invalid(`${subject} ${checked.rule}`);
  return checked.origin;
}

function dataCentersOf(entry: ProviderEntry): string {
  return `Data centres: ${Object.keys(entry.dataCenters).join(', ')}.`;
}

function invalid(sentence: string): DomainError {
  return new DomainError('INPUT_INVALID', { sentence });
}

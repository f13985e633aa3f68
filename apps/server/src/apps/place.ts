import { checkBaseUrl, isLoopbackUrl } from '@immint/providers';
import type { ProviderEntry } from '@immint/providers';
import { DomainError } from '../domain-error.ts';

/** Where an app's provider is called. */
export interface Place {
  readonly baseUrl: string;
  readonly dataCenter?: string;
}

/** Turns what an operator wrote (a data centre, or a base URL) into the place to call, or says what is wrong with it. */
export function resolvePlace(
  entry: ProviderEntry,
  written: { readonly dataCenter?: string | undefined; readonly baseUrl?: string | undefined },
): Place {
  const { dataCenter, baseUrl } = written;
  if ((dataCenter === undefined) === (baseUrl === undefined)) {
    throw invalid(`Name the data centre, or give a base URL: exactly one of the two. ${dataCentersOf(entry)}`);
  }
  if (baseUrl !== undefined) return { baseUrl: originOf(baseUrl) };
  const host =
    dataCenter !== undefined && Object.hasOwn(entry.dataCenters, dataCenter)
      ? entry.dataCenters[dataCenter]
      : undefined;
  if (host === undefined || dataCenter === undefined) {
    throw invalid(`${entry.displayName} has no data centre of this name. ${dataCentersOf(entry)}`);
  }
  return { baseUrl: host.baseUrl, dataCenter };
}

/** Whether two places are one to the provider: the sandbox stays the sandbox when its port changes. */
export function isSamePlace(one: Place, other: Place): boolean {
  return (
    one.baseUrl === other.baseUrl || (isLoopbackUrl(new URL(one.baseUrl)) && isLoopbackUrl(new URL(other.baseUrl)))
  );
}

function originOf(baseUrl: string): string {
  const checked = checkBaseUrl(baseUrl);
  if (!checked.ok) throw invalid(checked.rule);
  return checked.origin;
}

function dataCentersOf(entry: ProviderEntry): string {
  return `Data centres: ${Object.keys(entry.dataCenters).join(', ')}.`;
}

function invalid(sentence: string): DomainError {
  return new DomainError('INPUT_INVALID', { sentence });
}

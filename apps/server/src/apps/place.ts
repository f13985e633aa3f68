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
  return { baseUrl: host, dataCenter };
}

/** Whether two places are one to the provider: the sandbox stays the sandbox when its port changes. */
export function isSamePlace(one: Place, other: Place): boolean {
  return one.baseUrl === other.baseUrl || (isLoopback(new URL(one.baseUrl)) && isLoopback(new URL(other.baseUrl)));
}

function originOf(baseUrl: string): string {
  // Parsed without throwing: the error of `new URL` carries the whole input.
  const url = URL.parse(baseUrl);
  const isOrigin = url !== null && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  if (!isOrigin || url.password !== '')
    throw invalid('baseUrl: must be a scheme, a host and perhaps a port, nothing more.');
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
  if (!isSafe) throw invalid('baseUrl: must be https; http only on 127.0.0.1, [::1] or localhost.');
  return url.origin;
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function dataCentersOf(entry: ProviderEntry): string {
  return `Data centres: ${Object.keys(entry.dataCenters).join(', ')}.`;
}

function invalid(sentence: string): DomainError {
  return new DomainError('INPUT_INVALID', { sentence });
}

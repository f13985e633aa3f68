import type { JobKind } from '@immint/contracts';
import type { DescribedApp } from '../apps/app-connections.ts';

/** The groups in which providers count the calls that a job makes, in the order in which they are looked for. */
const GROUPS = {
  bulk: ['issueToken', 'token'],
  reissue: ['issueToken', 'token'],
  'revoke-all': ['expireTokens', 'users'],
} as const satisfies Record<JobKind, readonly string[]>;

/** How long so many users take at the app's share of the provider's rate, if nobody else calls; milliseconds. */
export function estimateMs(kind: JobKind, users: number, { entry, settings }: DescribedApp): number {
  const { ratesPerSecond, usersPerRevoke } = entry.capabilities(settings);
  const group = GROUPS[kind].find((name) => ratesPerSecond[name] !== undefined);
  const callsPerSecond = (group === undefined ? 1 : (ratesPerSecond[group] ?? 1)) * settings.rateShare;
  const usersPerCall = kind === 'revoke-all' ? (usersPerRevoke ?? 1) : 1;
  return Math.ceil((users / usersPerCall / callsPerSecond) * 1_000);
}

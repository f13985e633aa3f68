import { beforeEach, describe, expect, test } from 'vitest';

import { createDomainHealth, type DomainHealth } from './domain-health.ts';
import type { ProviderEvent } from './provider-event.ts';

const PRIMARY = 'https://api.example';
const BACKUP = 'https://api-b.example';
const MINUTE_MS = 60_000;

let nowMs: number;
let events: ProviderEvent[];
const open = (...origins: [string, ...string[]]): DomainHealth =>
  createDomainHealth({ origins, monotonicMs: () => nowMs, observe: (event) => void events.push(event) });
beforeEach(() => {
  nowMs = 1_000_000;
  events = [];
});

describe('two domains', () => {
  let domains: DomainHealth;
  beforeEach(() => {
    domains = open(PRIMARY, BACKUP);
  });
  const goToBackup = (): void => void domains.failed(domains.choose());

  test('a domain that works is stayed with', () => {
    domains.worked(domains.choose());
    nowMs += 100 * MINUTE_MS;
    expect(domains.choose().origin).toBe(PRIMARY);
    expect(events).toEqual([]);
  });

  test('one failure switches at once and for all calls, and another one back', () => {
    expect(domains.failed(domains.choose())).toBe(true);
    expect(domains.choose().origin).toBe(BACKUP);
    expect(domains.failed(domains.choose())).toBe(true);
    expect(domains.choose().origin).toBe(PRIMARY);
    expect(events).toEqual([
      { kind: 'domain-switched', to: 'backup' },
      { kind: 'domain-switched', to: 'primary' },
    ]);
  });

  test('a hundred calls that were under way to a domain that died switch once', () => {
    const underWay = Array.from({ length: 100 }, () => domains.choose());
    expect(underWay.filter((chosen) => domains.failed(chosen))).toHaveLength(1);
    expect(domains.choose().origin).toBe(BACKUP);
  });

  test('a repeat avoids the domain that failed it, also where that was not remembered', () => {
    const hurried = domains.choose();
    const detour = domains.choose(hurried);
    expect(detour.origin).toBe(BACKUP);
    expect(domains.failed(detour)).toBe(false);
    expect(domains.choose().origin).toBe(PRIMARY);
  });

  test('after five minutes on the backup one call tries the primary, and all return if it works', () => {
    goToBackup();
    nowMs += 5 * MINUTE_MS - 1;
    expect(domains.choose().origin).toBe(BACKUP);
    nowMs += 1;
    const trying = domains.choose();
    expect([trying.origin, domains.choose().origin]).toEqual([PRIMARY, BACKUP]);
    domains.worked(trying);
    expect(domains.choose().origin).toBe(PRIMARY);
  });

  test('a return that fails is no news, goes on at the backup, and is tried again after twice the time, up to an hour', () => {
    goToBackup();
    const tries = Array.from({ length: 6 }, () => {
      const leftAtMs = nowMs;
      let chosen = domains.choose();
      for (; chosen.role !== 'return'; chosen = domains.choose()) nowMs += MINUTE_MS;
      const isNews = domains.failed(chosen);
      return { minutes: (nowMs - leftAtMs) / MINUTE_MS, isNews, goesOnAt: domains.choose(chosen).origin };
    });
    const expected = [5, 10, 20, 40, 60, 60].map((minutes) => ({ minutes, isNews: false, goesOnAt: BACKUP }));
    expect(tries).toEqual(expected);
  });

  test('a return of which nothing became known is tried again later', () => {
    goToBackup();
    nowMs += 5 * MINUTE_MS;
    expect(domains.choose().role).toBe('return');
    nowMs += 5 * MINUTE_MS - 1;
    expect(domains.choose().role).toBe('current');
    nowMs += 1;
    expect(domains.choose().role).toBe('return');
  });

  test('a repeat never is the one that tries the primary', () => {
    goToBackup();
    nowMs += 5 * MINUTE_MS;
    const failed = { ...domains.choose(), name: 'primary' as const };
    nowMs += 5 * MINUTE_MS;
    expect(domains.choose(failed).origin).toBe(BACKUP);
  });
});

test('with one domain everything stays there, and every failure is news', () => {
  const domains = open(PRIMARY);
  const first = domains.choose();
  expect([domains.failed(first), domains.failed(first)]).toEqual([true, true]);
  expect(domains.choose(first).origin).toBe(PRIMARY);
  nowMs += 100 * MINUTE_MS;
  expect(domains.choose().origin).toBe(PRIMARY);
  expect(events).toEqual([]);
});

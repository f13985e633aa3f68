/**
 * A provider counts arrivals in any second; we decide when calls leave. Between the two lies what nobody controls: a slot
 * used a little late, the error of our idea of the database's clock, the way to the provider, and a provider that reads
 * its sockets late. If all of that differs by less than this from call to call, then no second has more arrivals than the
 * rate, since slot number k + rate lies a second and this time behind slot k, whatever the rate. It costs 2.4 % of the rate.
 * docs/pacing.md has the measurements that it was chosen by.
 */
const JITTER_MS = 25;

/** A slot is dropped when it comes up later than this: its call would use up too much of {@link JITTER_MS}. */
export const LATEST_USE_MS = 10;

/** Timers have whole milliseconds: a slot that is nearer than this is used now and not a millisecond late. */
export const EARLIEST_USE_MS = 0.5;

/** Milliseconds between two slots of a group of calls of which `perSecond` may arrive in any second. */
export const spacingOf = (perSecond: number): number => (1_000 + JITTER_MS) / perSecond;

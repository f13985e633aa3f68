/**
 * A provider counts arrivals in any second; we decide when calls leave. Between the two lies what nobody controls: a slot
 * used a little late, the error of our idea of the database's clock, the way to the provider, and a provider that reads
 * its sockets late. If all of that differs by less than this from call to call, then no second has more arrivals than the
 * rate: slot number k + rate lies a second and this time behind slot k, whatever the rate is. It costs 2.6 % of the rate;
 * 30 would be the most that leaves 97 %, and nothing for slots that are dropped. Measurements: docs/pacing.md.
 */
const JITTER_MS = 27;

/** Where the whole rate is used, a machine with time to spare is late by less than 3 ms, and the way takes about as long. */
const USED_LATE_SHARE = 4 / 9;

/** However much room the share leaves: so late are the timers of a machine that is busy and not overloaded. */
const LATEST_USE_MS = 40;

/**
 * A slot is dropped when it comes up later than this: its call would use up too much of the slack, of which the way to the
 * provider needs about as much again. 12 ms where the whole rate is used.
 */
export const latestUseOf = (slackMs: number): number => Math.min(LATEST_USE_MS, slackMs * USED_LATE_SHARE);

/** Timers have whole milliseconds: a slot that is nearer than this is used now and not a millisecond late. */
export const EARLIEST_USE_MS = 0.5;

/** Milliseconds between two slots of a group of calls of which `perSecond` may arrive in any second. */
export const spacingOf = (perSecond: number): number => (1_000 + JITTER_MS) / perSecond;

/** How much longer than a second `perSecond` slots last, of which only a share is used: what jitter may use up. */
export const slackOf = (perSecond: number, spacingMs: number): number => perSecond * spacingMs - 1_000;

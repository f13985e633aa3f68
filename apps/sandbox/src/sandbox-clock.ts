/** The sandbox's own time: the real one plus an offset that `POST /_sandbox/clock` moves. */
export interface SandboxClock {
  /** Epoch milliseconds by the sandbox clock. */
  nowMs(): number;
}

/** The sandbox clock as an HTTP `Date` header, which has whole seconds. */
export function toHttpDate(clock: SandboxClock): string {
  return new Date(clock.nowMs()).toUTCString();
}

const CHINA_OFFSET_MS = 8 * 3_600_000;

/**
 * The date-time text of RongCloud and Nexconn answers, "2016-05-24 10:38:19". Their pages name no time zone; the
 * sandbox writes China time, as the recorded answers suggest.
 */
export function toProviderDateTime(epochMs: number): string {
  return new Date(epochMs + CHINA_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}

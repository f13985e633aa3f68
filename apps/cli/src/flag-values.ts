import { InvalidArgumentError } from 'commander';

/** Reads a flag's value as a whole number, for `Option.argParser`. Limits are the server's to say. */
export function wholeNumber(value: string): number {
  if (!/^-?\d{1,15}$/.test(value)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(value);
}

/** Reads a flag's value as a TCP port, for `Option.argParser`; 0 lets the system choose. */
export function portNumber(value: string): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError('It must be a port from 0 to 65535; 0 lets the system choose.');
  return port;
}

const POINT_IN_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** Reads a flag's value as a point in time that says its zone, for `Option.argParser`; epoch milliseconds. */
export function pointInTime(value: string): number {
  const epochMs = POINT_IN_TIME.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(epochMs) || epochMs < 0) {
    throw new InvalidArgumentError('It must be a time with its zone, such as 2026-11-24T12:00:00Z.');
  }
  return epochMs;
}

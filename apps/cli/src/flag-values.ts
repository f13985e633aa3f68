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

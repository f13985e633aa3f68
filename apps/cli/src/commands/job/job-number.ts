import { InvalidArgumentError } from 'commander';

/** Reads the number of a job, for commander. */
export function jobNumber(value: string): number {
  if (!/^[1-9]\d{0,14}$/.test(value)) throw new InvalidArgumentError('It must be the number of a job.');
  return Number(value);
}

import type { Concern } from './change.ts';
import type { Queries } from './database.ts';

/** What each open transaction has written down so far, for this process to be told once it is committed. */
const byTransaction = new WeakMap<Queries, Concern[]>();

/** Begins to collect what a transaction writes down. The list grows until the transaction ends. */
export function collectChanges(transaction: Queries): readonly Concern[] {
  const concerns: Concern[] = [];
  byTransaction.set(transaction, concerns);
  return concerns;
}

/** Adds to the list of a transaction; `TypeError` where there is none, since what is not one with its change is worth nothing. */
export function noteChanges(transaction: Queries, concerns: readonly Concern[]): void {
  const collected = byTransaction.get(transaction);
  if (collected === undefined) throw new TypeError('a change is written down in the transaction that makes it');
  collected.push(...concerns);
}

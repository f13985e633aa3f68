/** Randomness that is the same whenever it begins with the same seed. */
export interface SeededRandom {
  /** From 0 to 1, and never 1. */
  next(): number;
  /** A whole number, both ends included. */
  whole(least: number, most: number): number;
  /** Whether something happens that happens with this probability. */
  chance(probability: number): boolean;
  pick<const T>(choices: readonly [T, ...T[]]): T;
}

/** `stream` keeps what is drawn for one purpose from moving what is drawn for another. */
export function createSeededRandom(seed: number, stream: string): SeededRandom {
  let state = seed >>> 0;
  for (const letter of stream) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x5bd1e995) >>> 0;

  // mulberry32
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  return {
    next,
    whole: (least, most) => least + Math.floor(next() * (most - least + 1)),
    chance: (probability) => next() < probability,
    pick: (choices) => choices[Math.floor(next() * choices.length)] ?? choices[0],
  };
}

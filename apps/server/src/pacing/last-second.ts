/** How often something happened within the last second. */
interface LastSecond {
  add(): void;
  count(): number;
}

const WITHIN_MS = 1_000;

export function createLastSecond(monotonicMs: () => number): LastSecond {
  let momentsMs: number[] = [];
  return {
    add: () => void momentsMs.push(monotonicMs()),
    count() {
      const nowMs = monotonicMs();
      momentsMs = momentsMs.filter((atMs) => nowMs - atMs < WITHIN_MS);
      return momentsMs.length;
    },
  };
}

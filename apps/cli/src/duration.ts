const UNITS = [
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** A time span as people read it, in its two largest units: `1 h 40 min`, `12 s`. Never less than a second. */
export function renderDuration(ms: number): string {
  let seconds = Math.max(1, Math.round(ms / 1_000));
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.slice(0, 2).join(' ');
}

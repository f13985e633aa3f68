/** An instant as people read it: UTC, to the second. */
export function renderInstant(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** An instant as a sentence has it: UTC, to the second. */
export function sayInstant(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

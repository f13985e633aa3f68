/** Makes a call for as many items at a time as one call takes, one call after the other, and joins what came back. */
export async function inParts<Item, Result>(
  items: readonly Item[],
  maxItems: number,
  call: (items: Item[]) => Promise<readonly Result[]>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += maxItems) {
    results.push(...(await call(items.slice(start, start + maxItems))));
  }
  return results;
}

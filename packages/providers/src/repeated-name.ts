/** A text, and whether it is followed by a colon, as only the name of a member is. */
const TEXT = /"(?:[^"\\]|\\.)*"\s*(:)?/g;

/**
 * Whether an object of this JSON document has one name twice. `JSON.parse` would keep the last of them and other readers
 * keep the first, so whoever writes such a document wants two readers to see two things (RFC 8259 section 4).
 * `value` is what `JSON.parse` made of `document`: it has each name once, so the counts differ.
 */
export const hasRepeatedName = (document: string, value: unknown): boolean => {
  let written = 0;
  for (const [, colon] of document.matchAll(TEXT)) if (colon !== undefined) written += 1;
  return written !== countMembers(value);
};

/** Without recursion, because a document may be nested as deep as it is long. */
const countMembers = (value: unknown): number => {
  let members = 0;
  const rest: unknown[] = [value];
  while (rest.length > 0) {
    const next = rest.pop();
    if (typeof next !== 'object' || next === null) continue;
    const items: unknown[] = Object.values(next);
    if (!Array.isArray(next)) members += items.length;
    // Not spread into push: an array of an answer can have more items than a call can have arguments.
    for (const item of items) rest.push(item);
  }
  return members;
};

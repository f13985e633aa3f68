import { expect, test } from 'vitest';

import { INFERRED } from './inferred.ts';

test('every inferred behaviour has an id of its own and says in sentences what and why', () => {
  const ids = INFERRED.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, provider, what, why } of INFERRED) {
    expect(id).toMatch(new RegExp(`^${provider}-[a-z0-9-]+$`));
    for (const text of [what, why]) expect(text).toMatch(/^[A-Z].*\.$/);
  }
});

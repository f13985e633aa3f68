import type { Token } from '@immint/contracts';
import { renderLife } from './render-life.ts';

/** What is known of a token that is handed out, in a line beside it. */
export function describeToken(token: Token): string {
  const origin = token.source === 'stored' ? 'stored' : `issued by ${token.provider}`;
  return `${origin}: generation ${token.generation}, ${renderLife(token)}, fingerprint ${token.fingerprint}`;
}

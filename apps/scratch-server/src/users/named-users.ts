import type { DescribedApp } from '../apps/app-connections.ts';
import { DomainError } from '../domain-error.ts';

/** A user that a call names, as the product writes the id and as the provider compares it. */
export interface NamedUser {
  readonly userId: string;
  readonly canonicalUserId: string;
}

/** The users that a call names, held against the provider's rules. */
export interface NamedUsers {
  /** In the order in which they were named; `rule` is the sentence of the rule that refuses an id. */
  readonly all: readonly (NamedUser | { readonly userId: string; readonly rule: string })[];
  /** What the provider compares, each once. */
  readonly canonicalUserIds: readonly string[];
}

/** One user id, or `USER_ID_REFUSED`. */
export function nameUser({ entry, settings }: DescribedApp, userId: string): NamedUser {
  const user = entry.canonicalUserId(userId, settings);
  if (!user.ok) throw new DomainError('USER_ID_REFUSED', { sentence: user.rule });
  return { userId, canonicalUserId: user.canonicalUserId };
}

/** Many. One refused id keeps no other from being used; where all are refused, the call is (`USER_ID_REFUSED`). */
export function nameUsers({ entry, settings }: DescribedApp, userIds: readonly string[]): NamedUsers {
  const all = userIds.map((userId) => {
    const user = entry.canonicalUserId(userId, settings);
    return user.ok ? { userId, canonicalUserId: user.canonicalUserId } : { userId, rule: user.rule };
  });
  const canonicalUserIds = [...new Set(all.flatMap((user) => ('rule' in user ? [] : [user.canonicalUserId])))];
  const [first] = all;
  if (canonicalUserIds.length === 0 && first !== undefined && 'rule' in first) {
    throw new DomainError('USER_ID_REFUSED', { sentence: first.rule });
  }
  return { all, canonicalUserIds };
}

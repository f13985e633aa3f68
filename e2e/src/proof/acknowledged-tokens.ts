import type { HeardToken } from './asker.ts';
import type { Cluster } from './cluster.ts';
import { APP } from './cluster.ts';

/** Every token that a caller was ever given, held against each other as they come, and against the store at the end. */
export interface AcknowledgedTokens {
  note(token: HeardToken): void;
  /** How many users have been answered. */
  users(): readonly string[];
  readonly answers: () => number;
  /** What must never be, and was: two tokens for one generation of one user, or one token twice. */
  readonly violations: readonly string[];
  /**
   * Reads what is stored of every user, and adds to the violations each acknowledged token that is lost: stored with no
   * such generation or a later one, or under its generation with another fingerprint. Gives the sum of stored generations.
   */
  compareWithStore(cluster: Cluster): Promise<number>;
}

export function createAcknowledgedTokens(): AcknowledgedTokens {
  const byUser = new Map<string, Map<number, HeardToken>>();
  const violations: string[] = [];
  let answers = 0;
  return {
    note(token) {
      answers += 1;
      const generations = byUser.get(token.userId) ?? new Map<number, HeardToken>();
      byUser.set(token.userId, generations);
      const known = generations.get(token.generation);
      if (known === undefined) {
        for (const other of generations.values()) {
          if (other.token === token.token) violations.push(`${token.userId}: one token for two generations`);
        }
        generations.set(token.generation, token);
      } else if (known.token !== token.token || known.fingerprint !== token.fingerprint) {
        violations.push(`${token.userId}: two tokens for generation ${token.generation}`);
      }
    },
    users: () => [...byUser.keys()],
    answers: () => answers,
    violations,
    async compareWithStore(cluster) {
      const stored = await readStored(cluster);
      for (const [userId, generations] of byUser) {
        const latest = Math.max(...generations.keys());
        const inStore = stored.get(userId);
        if (inStore === undefined || inStore.generation < latest) {
          violations.push(
            `${userId}: generation ${latest} was acknowledged, stored is ${inStore?.generation ?? 'none'}`,
          );
        } else if (inStore.generation === latest && inStore.fingerprint !== generations.get(latest)?.fingerprint) {
          violations.push(`${userId}: another token is stored as generation ${latest} than was acknowledged`);
        }
      }
      return [...stored.values()].reduce((sum, { generation }) => sum + generation, 0);
    },
  };
}

interface StoredGeneration {
  readonly userId: string;
  readonly generation: number;
  readonly fingerprint: string;
}

async function readStored({ asker, servers }: Cluster): Promise<Map<string, StoredGeneration>> {
  const stored = new Map<string, StoredGeneration>();
  let cursor: string | null | undefined;
  do {
    const input = { app: APP, limit: 500, ...(typeof cursor === 'string' ? { cursor } : {}) };
    const { status, text } = await asker.query(servers[0]?.url ?? '', 'token.list', input);
    if (status !== 200) throw new Error(`token.list: ${status} ${text}`);
    const page = JSON.parse(text) as { result: { data: { tokens: StoredGeneration[]; nextCursor: string | null } } };
    for (const token of page.result.data.tokens) stored.set(token.userId, token);
    cursor = page.result.data.nextCursor;
  } while (cursor !== null);
  return stored;
}

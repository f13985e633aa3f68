/** The provider calls that a sandbox has received, as its journal tells them. */
export interface JournalEntry {
  readonly seq: number;
  readonly atMs: number;
  readonly provider: string;
  readonly path: string;
  readonly domain: 'primary' | 'backup';
  readonly appKey: string | null;
  readonly userIds: readonly string[];
  readonly status: number | null;
  readonly overLimit: boolean;
}

/** The control surface of a sandbox, for tests. */
export function controlOf(sandboxUrl: string) {
  async function post(path: string, body: unknown): Promise<Record<string, unknown>> {
    const response = await fetch(`${sandboxUrl}/_sandbox/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`/_sandbox/${path}: ${JSON.stringify(answer)}`);
    return answer;
  }
  return {
    post,
    async journal(): Promise<readonly JournalEntry[]> {
      const response = await fetch(`${sandboxUrl}/_sandbox/journal?limit=10000`);
      return ((await response.json()) as { entries: JournalEntry[] }).entries;
    },
    connect: (provider: string, appKey: string, token: string) => post('connect', { provider, appKey, token }),
    async clearFaults(): Promise<void> {
      await fetch(`${sandboxUrl}/_sandbox/faults`, { method: 'DELETE' });
    },
  };
}

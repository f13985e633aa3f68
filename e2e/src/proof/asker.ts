import { Agent, request } from 'undici';

/** What a caller learned: a token, a refusal by name, or nothing, because the connection was lost. */
export type Heard =
  | { readonly kind: 'token'; readonly token: HeardToken; readonly tookMs: number }
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string; readonly tookMs: number }
  | { readonly kind: 'cut'; readonly code: string; readonly tookMs: number };

/** A token that was handed out: what a server must answer for from then on. */
export interface HeardToken {
  readonly userId: string;
  readonly token: string;
  readonly fingerprint: string;
  readonly generation: number;
  readonly source: string;
}

/** Calls servers as backends of a product do, over connections that stay open. */
export interface Asker {
  /** `token.obtain`; throws nothing. */
  obtain(url: string, app: string, userId: string, more?: object): Promise<Heard>;
  /** Any mutation. Rejects when the connection is lost. */
  call(url: string, procedure: string, input: unknown): Promise<{ status: number; text: string }>;
  /** Any query. Rejects when the connection is lost. */
  query(url: string, procedure: string, input: unknown): Promise<{ status: number; text: string }>;
  close(): Promise<void>;
}

const NO_LIMIT_MS = 0;

export function createAsker(apiKey: string): Asker {
  // Servers have deadlines of their own, which is what is looked at here.
  const dispatcher = new Agent({
    connections: null,
    pipelining: 1,
    headersTimeout: NO_LIMIT_MS,
    bodyTimeout: NO_LIMIT_MS,
  });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` };

  async function post(url: string, procedure: string, input: unknown) {
    const body = JSON.stringify(input);
    const answer = await request(`${url}/trpc/${procedure}`, { method: 'POST', headers, body, dispatcher });
    return { status: answer.statusCode, text: await answer.body.text() };
  }

  return {
    async obtain(url, app, userId, more = {}) {
      const sentMs = performance.now();
      const heard = await post(url, 'token.obtain', { app, userId, ...more }).catch((error: unknown) => codeOf(error));
      const tookMs = performance.now() - sentMs;
      if (typeof heard === 'string') return { kind: 'cut', code: heard, tookMs };
      const body = JSON.parse(heard.text) as {
        result?: { data: HeardToken };
        error?: { data: { reason?: string } };
      };
      if (body.result !== undefined) return { kind: 'token', token: body.result.data, tookMs };
      return { kind: 'refused', status: heard.status, reason: body.error?.data.reason ?? 'unnamed', tookMs };
    },
    call: post,
    async query(url, procedure, input) {
      const path = `${url}/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`;
      const answer = await request(path, { headers, dispatcher });
      return { status: answer.statusCode, text: await answer.body.text() };
    },
    close: () => dispatcher.destroy(),
  };
}

/** What the system, or undici, calls the loss of a connection. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unnamed';
}

/** What a caller heard who got no token, in a word or two. */
export function describeFailure(heard: Exclude<Heard, { kind: 'token' }>): string {
  return heard.kind === 'cut' ? heard.code : `${heard.status} ${heard.reason}`;
}

import { createHash } from 'node:crypto';

import type { ProviderName } from '@immint/contracts';
import { EasemobAppTokenReply } from '@immint/contracts/easemob';
import { onTestFinished } from 'vitest';
import { z } from 'zod';

import { type SandboxOptions, startSandbox } from '../start-sandbox.ts';

/** An HTTP answer, its body read. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

const JournalPage = z.object({
  entries: z.array(
    z.object({
      seq: z.int(),
      atMs: z.number(),
      domain: z.string(),
      provider: z.string(),
      method: z.string(),
      path: z.string(),
      appKey: z.string().nullable(),
      userIds: z.array(z.string()),
      status: z.int().nullable(),
      code: z.union([z.number(), z.string()]).nullable(),
      overLimit: z.boolean(),
      fault: z.string().nullable(),
      executed: z.boolean(),
    }),
  ),
  next: z.int(),
  dropped: z.int(),
});

type Send = (path: string, body: unknown, headers?: Record<string, string>) => Promise<Reply>;

/** A sandbox on free ports, with the calls that tests make of it. */
export interface RunningSandbox {
  readonly url: string;
  readonly backupUrl: string;
  readonly close: () => Promise<void>;
  readonly fetch: (path: string, init?: RequestInit) => Promise<Reply>;
  readonly control: (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) => Promise<Reply>;
  readonly journal: () => Promise<z.infer<typeof JournalPage>>;
  /** The body of `POST /_sandbox/connect`. */
  readonly connect: (provider: ProviderName, appKey: string, token: string) => Promise<unknown>;
  /** A form as pairs may repeat a key. */
  readonly rongcloud: (
    path: string,
    form: Record<string, string> | string[][],
    headers?: Record<string, string>,
  ) => Promise<Reply>;
  readonly nexconn: Send;
  /** The path is what follows org and app. */
  readonly easemob: Send;
  readonly easemobAppToken: () => Promise<string>;
}

/** Signed here and not by the signer, so that sandbox and signer cannot be wrong together. */
export function signedHeaders(
  appKey: string,
  appSecret: string,
  nonce = '14314',
  timestamp = '1408710653491',
): Record<string, string> {
  const signature = createHash('sha1').update(appSecret).update(nonce).update(timestamp).digest('hex');
  return { 'App-Key': appKey, Nonce: nonce, Timestamp: timestamp, Signature: signature };
}

let signedSoFar = 0;

/** Signed as documented: now, in milliseconds, with a nonce that no other call has. */
export function freshHeaders(appKey: string, appSecret: string, atMs = Date.now()): Record<string, string> {
  signedSoFar += 1;
  return signedHeaders(appKey, appSecret, `fresh${signedSoFar}`, String(atMs));
}

export const RONGCLOUD_HEADERS = signedHeaders('sandbox-rongcloud', 'sandbox-rongcloud-secret');
export const NEXCONN_HEADERS = signedHeaders('sandbox-nexconn', 'sandbox-nexconn-secret');
export const EASEMOB_APP_KEY = 'sandbox-org#sandbox-app';
export const CLIENT_CREDENTIALS = {
  grant_type: 'client_credentials',
  client_id: 'sandbox-client-id',
  client_secret: 'sandbox-client-secret',
};

/** Starts a sandbox that ends with the test. */
export async function runSandbox(options: SandboxOptions = {}): Promise<RunningSandbox> {
  const sandbox = await startSandbox({ port: 0, backupPort: 0, ...options });
  onTestFinished(() => sandbox.close());
  const { url, backupUrl } = sandbox;
  return { url, backupUrl, close: () => sandbox.close(), ...callsOf(url) };
}

/** The calls of {@link RunningSandbox} at any address. */
export function callsOf(url: string): Omit<RunningSandbox, 'url' | 'backupUrl' | 'close'> {
  const send = async (path: string, init: RequestInit = {}): Promise<Reply> => {
    const response = await fetch(`${url}${path}`, init);
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const sendJson = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> =>
    send(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const control: RunningSandbox['control'] = (method, path, body) =>
    body === undefined ? send(`/_sandbox${path}`, { method }) : sendJson(`/_sandbox${path}`, body);
  const easemob: RunningSandbox['easemob'] = (path, body, headers) =>
    sendJson(`/sandbox-org/sandbox-app${path}`, body, headers);
  return {
    fetch: send,
    control,
    journal: async () => JournalPage.parse((await control('GET', '/journal')).body),
    connect: async (provider, appKey, token) => (await control('POST', '/connect', { provider, appKey, token })).body,
    rongcloud: (path, form, headers = RONGCLOUD_HEADERS) =>
      send(path, { method: 'POST', headers, body: new URLSearchParams(form) }),
    nexconn: (path, body, headers = NEXCONN_HEADERS) => sendJson(path, body, headers),
    easemob,
    easemobAppToken: async () => {
      const { body } = await easemob('/token', CLIENT_CREDENTIALS);
      return EasemobAppTokenReply.parse(body).access_token;
    },
  };
}

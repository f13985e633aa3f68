import { EasemobUserTokenReply } from '@immint/contracts/easemob';
import { expect } from 'vitest';

import type { SandboxOptions } from '../start-sandbox.ts';
import { EASEMOB_APP_KEY, type Reply, type RunningSandbox, runSandbox } from './running-sandbox.ts';

/** A sandbox with the calls that tests make of Easemob, sent with an app token under the default app. */
export interface EasemobClient {
  readonly sandbox: RunningSandbox;
  /** Status and body. A body that is a text goes out as it is; anything else as JSON. */
  readonly send: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>;
  readonly register: (...usernames: string[]) => Promise<Reply>;
  readonly inherit: (fields: object) => Promise<Reply>;
  /** A token of a user, who is created if need be. */
  readonly issue: (username: string, fields?: object) => Promise<string>;
  readonly set: (settings: object) => Promise<Reply>;
  readonly setOnline: (userId: string, online?: boolean) => Promise<Reply>;
  /** What `POST /_sandbox/connect` says of a token. */
  readonly judge: (token: string) => Promise<unknown>;
}

/** Starts a sandbox that ends with the test. */
export async function runEasemob(options: SandboxOptions = {}, settings: object = {}): Promise<EasemobClient> {
  const sandbox = await runSandbox(options);
  const appToken = await sandbox.easemobAppToken();
  const account = { provider: 'easemob', appKey: EASEMOB_APP_KEY };
  const send: EasemobClient['send'] = (method, path, body, headers = {}) =>
    sandbox.fetch(`/sandbox-org/sandbox-app${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${appToken}`,
        Accept: 'application/json',
        'Content-Type': 'application/json',
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const inherit: EasemobClient['inherit'] = (fields) => send('POST', '/token', { grant_type: 'inherit', ...fields });
  const set: EasemobClient['set'] = (patch) => sandbox.control('POST', '/settings', { ...account, ...patch });
  await set(settings);
  return {
    sandbox,
    send,
    register: (...usernames) =>
      send(
        'POST',
        '/users',
        usernames.map((username) => ({ username, password: passwordOf(username) })),
      ),
    inherit,
    issue: async (username, fields = {}) => {
      const { body } = await inherit({ username, autoCreateUser: true, ...fields });
      return EasemobUserTokenReply.parse(body).access_token;
    },
    set,
    setOnline: (userId, online = true) => sandbox.control('POST', '/online', { ...account, userId, online }),
    judge: (token) => sandbox.connect('easemob', EASEMOB_APP_KEY, token),
  };
}

/** The password with which {@link EasemobClient.register} makes a user. */
export function passwordOf(username: string): string {
  return `made-up-${username}`.slice(0, 64);
}

/** The error body under a status, for `toEqual`; without a text, any. */
export function refusal(status: number, error: string, description?: string | RegExp): object {
  return {
    status,
    headers: expect.anything(),
    body: {
      error,
      exception: expect.stringMatching(/^[A-Za-z]+Exception$/),
      timestamp: expect.any(Number),
      duration: 0,
      error_description:
        description === undefined
          ? expect.any(String)
          : typeof description === 'string'
            ? description
            : expect.stringMatching(description),
    },
  };
}

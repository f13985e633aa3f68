import { Agent, type Dispatcher, errors } from 'undici';

import { type AddressPolicy, AddressRefused, createGuardedConnector } from './guarded-connector.ts';
import { ProviderError } from './provider-error.ts';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** A request to a provider. Its headers and body hold secrets. */
interface ProviderRequest {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly method: HttpMethod;
  /** In its plain form: no dot segments, and nothing that a URL parser would rewrite. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for none; a GET or DELETE without one is sent without a length. */
  readonly body: string;
  /** The largest answer that is read, in bytes; {@link MAX_REPLY_BYTES} if left out. */
  readonly maxReplyBytes?: number;
}

/** A whole answer, of whatever status below 300 or from 400 on, not yet looked into. */
export interface ProviderReply {
  readonly status: number;
  /** Lower-case, without parameters; undefined when the provider sent none. */
  readonly contentType: string | undefined;
  /** The provider's clock when it answered; whole seconds. */
  readonly serverDateMs: number | undefined;
  /** From the `Retry-After` header. */
  readonly retryAfterMs: number | undefined;
  readonly body: Uint8Array;
}

/** The only way out to a provider. */
export interface Transport {
  /**
   * Sends one request and reads its answer to the end, both before the signal aborts. Follows no redirect, unpacks no
   * encoding, retries nothing, and reads no proxy from the environment.
   * @throws ProviderError unreachable, address-refused, timed-out, broke-contract (redirect, encoded or too large answer),
   * bad-request (a path that is not in its plain form)
   */
  send(request: ProviderRequest, signal: AbortSignal): Promise<ProviderReply>;
  /** Waits for what is under way, then closes the connections. May be called again. */
  close(): Promise<void>;
}

/** The largest answer that is read, in bytes: the longest documented one that we ask for has a few hundred. */
export const MAX_REPLY_BYTES = 65_536;

/**
 * RongCloud and Nexconn ask that a kept connection be idle for less than 55 s and carry fewer than 80 requests; a shorter
 * time that the provider itself names in `Keep-Alive` is kept. Each origin has connections of its own.
 * Sources: docs.rongcloud.io/platform-chat-api/base-url, docs.nexconn.ai/platform-chat-api/base-url
 */
const CONNECTION_LIMITS = {
  keepAliveTimeout: 50_000,
  keepAliveMaxTimeout: 50_000,
  maxRequestsPerClient: 79,
  pipelining: 1,
  connections: 64,
  allowH2: false,
  maxHeaderSize: 16_384,
  // Backstops for a caller whose signal never aborts.
  headersTimeout: 60_000,
  bodyTimeout: 60_000,
} as const satisfies Agent.Options;

const CONNECT_TIMEOUT_MS = 5_000;

/** Opens a transport with connections of its own, for one app. Nothing is sent before the first request. */
export const createTransport = (policy: AddressPolicy = { allowPrivateAddresses: false }): Transport => {
  const agent = new Agent({ ...CONNECTION_LIMITS, connect: createGuardedConnector(policy, CONNECT_TIMEOUT_MS) });
  let closing: Promise<void> | undefined;
  return {
    send: ({ origin, method, path, headers, body, maxReplyBytes = MAX_REPLY_BYTES }, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(new ProviderError('timed-out', { mayHaveExecuted: false }));
          return;
        }
        if (!isPlainPath(path)) {
          reject(new ProviderError('bad-request', { detail: 'The path of the call is not in its plain form.' }));
          return;
        }
        const collector = new ReplyCollector(signal, maxReplyBytes, resolve, reject);
        agent.dispatch(
          {
            origin,
            path,
            method,
            headers: { ...headers, 'Accept-Encoding': 'identity' },
            body: body === '' ? null : body,
          },
          collector,
        );
      }),
    close: () => (closing ??= agent.close()),
  };
};

/** Whether a path arrives as it was built: a segment of dots would walk up, in whatever way they are written. */
const isPlainPath = (path: string): boolean => {
  const [pathname = ''] = path.split('?');
  return path.startsWith('/') && URL.parse(`https://host.example${path}`)?.pathname === pathname;
};

/**
 * Collects one answer. Written against undici's dispatch interface and not its `request`, because only here can be seen
 * whether a request has begun to be sent, and a request that still waits for its connection be given up at once.
 */
class ReplyCollector implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignal;
  readonly #maxBytes: number;
  readonly #resolve: (reply: ProviderReply) => void;
  readonly #reject: (error: ProviderError) => void;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #head: Omit<ProviderReply, 'body'> | undefined;
  #receivedBytes = 0;
  #refusal: ProviderError | undefined;

  constructor(
    signal: AbortSignal,
    maxBytes: number,
    resolve: (reply: ProviderReply) => void,
    reject: (error: ProviderError) => void,
  ) {
    this.#signal = signal;
    this.#maxBytes = maxBytes;
    this.#resolve = resolve;
    this.#reject = reject;
    signal.addEventListener('abort', this.#giveUp, { once: true });
  }

  readonly #giveUp = (): void => {
    this.#refuse(new ProviderError('timed-out', { mayHaveExecuted: this.#controller !== undefined }));
  };

  /** undici calls this when it has a connection and is about to write. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#refusal === undefined) this.#controller = controller;
    else controller.abort(this.#refusal);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: ReplyHeaders): void {
    // An answer before the answer.
    if (status < 200) return;
    if (status >= 300 && status < 400) return this.#break(status, 'It redirects, and redirects are not followed.');
    const encoding = textOf(headers['content-encoding']) ?? 'identity';
    if (encoding !== 'identity') return this.#break(status, 'It is compressed, which was not asked for.');
    if (Number(textOf(headers['content-length']) ?? 0) > this.#maxBytes) return this.#break(status, TOO_LARGE);
    this.#head = {
      status,
      contentType: textOf(headers['content-type'])?.split(';')[0]?.trim().toLowerCase(),
      serverDateMs: readDate(textOf(headers['date'])),
      retryAfterMs: readRetryAfter(textOf(headers['retry-after'])),
    };
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes > this.#maxBytes) this.#break(this.#head?.status, TOO_LARGE);
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#head === undefined || this.#refusal !== undefined) return;
    this.#signal.removeEventListener('abort', this.#giveUp);
    this.#resolve({ ...this.#head, body: Buffer.concat(this.#chunks) });
  }

  /** Takes the code of an error and nothing else: undici's parser error carries what was received, in full. */
  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (error instanceof AddressRefused)
      return this.#refuse(new ProviderError('address-refused', { detail: `The address is ${error.range}.` }));
    if (isNoHttp(error)) return this.#break(this.#head?.status, 'It is not HTTP.');
    if (error instanceof errors.HeadersOverflowError) return this.#break(this.#head?.status, TOO_LARGE);
    const systemCode = readSystemCode(error);
    const facts = {
      mayHaveExecuted: this.#controller !== undefined,
      ...(systemCode === undefined ? {} : { systemCode }),
    };
    this.#refuse(new ProviderError(isTimeout(systemCode) ? 'timed-out' : 'unreachable', facts));
  }

  #break(status: number | undefined, detail: string): void {
    this.#refuse(
      new ProviderError('broke-contract', { detail, ...(status === undefined ? {} : { httpStatus: status }) }),
    );
  }

  /** The first refusal counts; aborting makes undici report another error, which is ours come back. */
  #refuse(refusal: ProviderError): void {
    if (this.#refusal !== undefined) return;
    this.#refusal = refusal;
    this.#signal.removeEventListener('abort', this.#giveUp);
    this.#controller?.abort(refusal);
    this.#reject(refusal);
  }
}

const TOO_LARGE = 'It is larger than any that is expected.';

type ReplyHeaders = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

const textOf = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.[0];

const readDate = (value: string | undefined): number | undefined => {
  const dateMs = Date.parse(value ?? '');
  return Number.isNaN(dateMs) ? undefined : dateMs;
};

/** Only the form in seconds is read: the form with a date would need a clock that agrees with the provider's. */
const readRetryAfter = (value: string | undefined): number | undefined =>
  value !== undefined && /^\d{1,6}$/.test(value) ? Number(value) * 1000 : undefined;

/** Two lengths, or one beside chunks, are noticed by undici when the answer does not have the length it read. */
const isNoHttp = (error: Error): boolean =>
  error instanceof errors.HTTPParserError || error instanceof errors.ResponseContentLengthMismatchError;

const readSystemCode = (error: Error): string | undefined => {
  const code: unknown = 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : undefined;
};

const isTimeout = (systemCode: string | undefined): boolean =>
  systemCode === 'UND_ERR_HEADERS_TIMEOUT' || systemCode === 'UND_ERR_BODY_TIMEOUT';

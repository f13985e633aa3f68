import { createHash } from 'node:crypto';

import { sendRaw } from '../testing/raw-request.ts';

/** What is known of the requests of one SDK, and how they are put on the wire. */
export interface SdkFixture<Call> {
  /** Name and version, as the fact sheet of its provider calls it. */
  readonly sdk: string;
  /**
   * The lines that the bytes follow, `sheet section: row`, of the project's fact sheets: notes on each provider, taken
   * from its pages and from the sources of its SDKs.
   */
  readonly stated: readonly string[];
  /** What no sheet states and nobody recorded. The bytes have it some way, but nothing may hang on it. */
  readonly assumed: readonly string[];
  /** The whole request, as it leaves the SDK. */
  toBytes(call: Call): Buffer;
}

/** A call of RongCloud's form API: fields in the order in which they are sent, or JSON for the calls that take it. */
export type FormCall =
  | { readonly path: string; readonly form: readonly (readonly [name: string, value: string])[] }
  | { readonly path: string; readonly json: object };

/** A call of Nexconn, all of which are JSON. */
export interface JsonCall {
  readonly path: string;
  readonly json: object;
}

/** A call of Easemob below org and app. */
export interface RestCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** What follows org and app. */
  readonly path: string;
  readonly json?: unknown;
  /** The app token that the SDK holds by then. */
  readonly appToken?: string;
}

/** The signature that both signed providers want, made here on purpose and not by the signer. */
export function sha1Hex(appSecret: string, nonce: string, timestamp: string): string {
  return createHash('sha1').update(`${appSecret}${nonce}${timestamp}`, 'utf8').digest('hex');
}

/** One request in full. Header lines stand as given, `name: value` or whatever else the SDK writes. */
export function onTheWire(requestLine: string, headerLines: readonly string[], body: string): Buffer {
  return Buffer.from([requestLine, ...headerLines, '', body].join('\r\n'));
}

export function contentLength(body: string): string {
  return `Content-Length: ${Buffer.byteLength(body)}`;
}

/** An answer taken apart as far as every HTTP client does. */
export interface WireAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

/** Sends one request on a connection of its own. The sandbox may keep the connection; this end does not. */
export async function replay(url: string, request: Buffer): Promise<WireAnswer> {
  const { text } = await sendRaw(url, request, (received) => splitAnswer(received) !== null);
  const answer = splitAnswer(text);
  if (answer === null) throw new Error(`no whole answer came back: ${JSON.stringify(text)}`);
  return answer.first;
}

/** Sends requests one right after another on one connection, as a client with a kept connection does. */
export async function replayOnOneConnection(url: string, requests: readonly Buffer[]): Promise<readonly WireAnswer[]> {
  const { text } = await sendRaw(
    url,
    Buffer.concat(requests),
    (received) => splitAll(received).length === requests.length,
  );
  return splitAll(text);
}

function splitAll(text: string): readonly WireAnswer[] {
  const answer = splitAnswer(text);
  return answer === null ? [] : [answer.first, ...splitAll(answer.rest)];
}

/** The first answer of a text that holds one in full. All answers of the sandbox carry a Content-Length. */
function splitAnswer(text: string): { readonly first: WireAnswer; readonly rest: string } | null {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const body = Buffer.from(text.slice(end + 4));
  const lengthBytes = Number(headers.get('content-length') ?? 0);
  if (body.length < lengthBytes) return null;
  const first = {
    status: Number(statusLine.split(' ')[1]),
    headers,
    text: body.subarray(0, lengthBytes).toString('utf8'),
  };
  return { first, rest: body.subarray(lengthBytes).toString('utf8') };
}

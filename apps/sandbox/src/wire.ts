import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import { type SandboxClock, toHttpDate } from './sandbox-clock.ts';

/** An answer as bytes. */
export interface Packet {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One request's way back to its sender, with every way in which an answer can go wrong. */
export class Wire {
  readonly #response: ServerResponse;
  readonly #request: IncomingMessage;
  readonly #clock: SandboxClock;
  readonly #gone = new AbortController();

  constructor(request: IncomingMessage, response: ServerResponse, clock: SandboxClock) {
    this.#request = request;
    this.#response = response;
    this.#clock = clock;
    // The response closes when the sender hangs up, and when the sandbox itself is closed.
    response.once('close', () => this.#gone.abort());
    response.on('error', () => {});
  }

  /** Sends the whole answer. */
  send(packet: Packet): void {
    this.#writeHead(packet);
    // As bytes: beside a text, Node would write the headers in UTF-8 too, and so alter what they repeat of the request.
    this.#response.end(Buffer.from(packet.body));
  }

  /** Sends the head and the first bytes of the body, and lets them leave the process. */
  async sendFirst(packet: Packet, bodyBytes: number): Promise<void> {
    this.#writeHead(packet);
    this.#response.flushHeaders();
    const first = Buffer.from(packet.body).subarray(0, bodyBytes);
    if (first.length > 0) await this.#write(first);
  }

  /** Sends the body in pieces with a pause after each. False if the sender hung up before the end. */
  async sendSlowly(packet: Packet, pieceBytes: number, pauseMs: number): Promise<boolean> {
    this.#writeHead(packet);
    this.#response.flushHeaders();
    const body = Buffer.from(packet.body);
    for (let start = 0; start < body.length; start += pieceBytes) {
      if (this.isGone) return false;
      await this.#write(body.subarray(start, start + pieceBytes));
      await this.pause(pauseMs);
    }
    if (this.isGone) return false;
    this.#response.end();
    return true;
  }

  /** Ends the connection with a TCP reset. */
  reset(): void {
    this.#request.socket.resetAndDestroy();
  }

  /** Waits, but no longer than the sender does. */
  async pause(durationMs: number): Promise<void> {
    try {
      await delay(durationMs, undefined, { signal: this.#gone.signal });
    } catch {
      // Gone: whoever waits asks isGone.
    }
  }

  /** Waits until the sender hangs up. */
  async untilGone(): Promise<void> {
    if (this.isGone) return;
    await new Promise((resolve) => {
      this.#gone.signal.addEventListener('abort', resolve, { once: true });
    });
  }

  get isGone(): boolean {
    return this.#gone.signal.aborted;
  }

  #writeHead({ status, headers, body }: Packet): void {
    const ownHeaders = { Date: toHttpDate(this.#clock), 'Content-Length': Buffer.byteLength(body) };
    // A body that was left unread ends the connection with the answer.
    if (!this.#request.complete) this.#response.setHeader('Connection', 'close');
    // Set one by one, so that a header written in another case replaces and does not repeat.
    for (const [name, value] of [...Object.entries(ownHeaders), ...Object.entries(headers)]) {
      this.#response.setHeader(name, value);
    }
    this.#response.writeHead(status);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await new Promise((resolve) => {
      this.#response.write(bytes, resolve);
    });
  }
}

import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { SandboxError } from './sandbox-error.ts';
import { StateEvent } from './state-event.ts';
import type { EventSink, SandboxState } from './state.ts';
import { isSystemError } from './system-error.ts';

const FileHeader = z.object({ format: z.literal('immint-sandbox-state'), version: z.literal(1) });
const HEADER_LINE = `${JSON.stringify({ format: 'immint-sandbox-state', version: 1 })}\n`;

/** The open log of one data directory. */
export interface StateLog extends EventSink {
  close(): void;
}

/**
 * Brings `state` to where the directory's `state.jsonl` ends, rewrites that file as short as it can be, and from then
 * on writes every change to it before the change counts. An answer that went out is therefore in the file, whatever
 * kills the process; power loss is another matter, since lines are not synced one by one. A torn last line was never
 * acknowledged, and is cut.
 * @throws SandboxError `STATE_UNREADABLE` for a line that is not ours; the system's error if the file cannot be rewritten,
 * which leaves the old one as it was
 */
export function openStateLog(directory: string, state: SandboxState): StateLog {
  const file = join(directory, 'state.jsonl');
  replay(file, state);
  rewrite(file, state);
  const log = new AppendingLog(openSync(file, 'a', 0o600), readFileSync(file).length);
  state.persistTo(log);
  return log;
}

function replay(file: string, state: SandboxState): void {
  const text = readIfThere(file);
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  lines.pop();
  for (const [index, line] of lines.entries()) {
    try {
      const value: unknown = JSON.parse(line);
      if (index === 0) FileHeader.parse(value);
      else state.apply(StateEvent.parse(value));
    } catch (error) {
      throw new SandboxError(
        'STATE_UNREADABLE',
        `line ${index + 1} of ${file} is not one of this sandbox: move the file away to start empty, or choose another directory`,
        { cause: error },
      );
    }
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return '';
    throw error;
  }
}

/** The file changes in one step or not at all. */
function rewrite(file: string, state: SandboxState): void {
  const unfinished = `${file}.new`;
  try {
    const descriptor = openSync(unfinished, 'w', 0o600);
    try {
      writeAll(descriptor, Buffer.from(HEADER_LINE));
      for (const event of state.snapshot()) writeAll(descriptor, toBytes([event]));
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** Writes on where the descriptor stands. `writeSync` alone may write a part and call that a success. */
function writeAll(descriptor: number, bytes: Buffer): void {
  writeFileSync(descriptor, bytes);
}

class AppendingLog implements StateLog {
  readonly #descriptor: number;
  #lengthBytes: number;

  constructor(descriptor: number, lengthBytes: number) {
    this.#descriptor = descriptor;
    this.#lengthBytes = lengthBytes;
  }

  append(events: readonly StateEvent[]): void {
    const bytes = toBytes(events);
    try {
      writeAll(this.#descriptor, bytes);
    } catch (error) {
      // Half a line in the middle would make the whole file unreadable at the next start.
      ftruncateSync(this.#descriptor, this.#lengthBytes);
      throw error;
    }
    this.#lengthBytes += bytes.length;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function toBytes(events: readonly StateEvent[]): Buffer {
  return Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { Terminal, TerminalInput, TerminalOutput } from '../terminal.ts';

/** What a test may say about the outside of a command. */
interface TestTerminalOptions {
  /** What is piped in; without it a person sits there, see {@link TestTerminal.type}. */
  readonly piped?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether the outputs are a terminal. */
  readonly isTerminal?: boolean;
  readonly nowMs?: number;
  /** The working directory; without it a new one, which goes when the test is over. */
  readonly directory?: string;
}

/** A terminal without a process: what was written can be read, and what a person would do can be done. */
export interface TestTerminal extends Terminal {
  readonly directory: string;
  readonly rawModes: readonly boolean[];
  written(): string;
  said(): string;
  /** Types on the keyboard. */
  type(text: string): void;
  /** Resolves once this has been written to standard output or standard error. */
  until(text: string): Promise<void>;
  /** What Ctrl-C, or a supervisor, does. */
  stop(): void;
}

/** A {@link TestTerminal} in a working directory with a home of its own. */
export function createTestTerminal(options: TestTerminalOptions = {}): TestTerminal {
  const directory = options.directory ?? makeDirectoryForTest();
  const rawModes: boolean[] = [];
  const keyboard = new PassThrough();
  const watch = new Set<() => void>();
  const stdout = capture(options.isTerminal === true, watch);
  const stderr = capture(options.isTerminal === true, watch);
  const stopper = new AbortController();
  const setRawMode = (raw: boolean) => rawModes.push(raw);
  const stdin: TerminalInput =
    options.piped === undefined
      ? Object.assign(keyboard, { isTTY: true, setRawMode })
      : Readable.from(options.piped === '' ? [] : [Buffer.from(options.piped)]);
  return {
    stdin,
    stdout: stdout.stream,
    stderr: stderr.stream,
    environment: options.environment ?? {},
    workingDirectory: directory,
    homeDirectory: join(directory, 'home'),
    processId: 4711,
    nowMs: () => options.nowMs ?? 1_795_000_000_000,
    listenForStop: () => stopper.signal,
    directory,
    rawModes,
    written: stdout.text,
    said: stderr.text,
    type: (text) => keyboard.write(text),
    until: (text) =>
      new Promise((resolve) => {
        const look = () => {
          if (!`${stdout.text()}${stderr.text()}`.includes(text)) return;
          watch.delete(look);
          resolve();
        };
        watch.add(look);
        look();
      }),
    stop: () => stopper.abort(),
  };
}

function capture(isTerminal: boolean, watch: ReadonlySet<() => void>) {
  let text = '';
  const sink = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      for (const look of watch) look();
      done();
    },
  });
  const stream: TerminalOutput = Object.assign(sink, { isTTY: isTerminal });
  return { stream, text: () => text };
}

function makeDirectoryForTest(): string {
  const directory = mkdtempSync(join(tmpdir(), 'immint-cli-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

#!/usr/bin/env node
import { homedir } from 'node:os';
import process from 'node:process';
import { readEnvironment } from './env.ts';
import { run } from './run.ts';

// A reader that has seen enough (`immint token list … | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const stop = new AbortController();

const exitCode = await run(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: readEnvironment(),
  workingDirectory: process.cwd(),
  homeDirectory: homedir(),
  processId: process.pid,
  nowMs: () => Date.now(),
  listenForStop() {
    // Once: whoever asks a second time does not want to wait, and gets what the system does by itself.
    const listener = (signal: NodeJS.Signals) => {
      for (const each of STOP_SIGNALS) process.off(each, listener);
      stop.abort(signal);
    };
    for (const each of STOP_SIGNALS) process.on(each, listener);
    return stop.signal;
  },
});

process.exitCode = exitCode;
// Everything was let go of; a connection that no longer answers must not keep a process that was told to stop.
if (stop.signal.aborted) process.exit();

import { randomBytes as cryptoRandomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';

import { lockDirectory } from './directory-lock.ts';
import { easemob } from './easemob.ts';
import { CallsUnderWay } from './calls-under-way.ts';
import { Faults } from './faults.ts';
import { Journal } from './journal.ts';
import { Limits } from './limits.ts';
import { type Listener, listen } from './listener.ts';
import { nexconn } from './nexconn.ts';
import { NonceMemory } from './nonce-memory.ts';
import type { ProfileName } from './profile.ts';
import type { Domain } from './provider-call.ts';
import type { RandomBytes } from './random-text.ts';
import { receiveCall, type Reception } from './receive-call.ts';
import { isControlPath, receiveControl } from './receive-control.ts';
import { rongcloud } from './rongcloud.ts';
import { SandboxError } from './sandbox-error.ts';
import { openStateLog } from './state-log.ts';
import { SandboxState } from './state.ts';
import { isSystemError } from './system-error.ts';

export interface SandboxOptions {
  /** Address to listen on. @default '127.0.0.1' */
  readonly host?: string;
  /** Port of the primary domain; 0 = any. @default 7790 */
  readonly port?: number;
  /** Port of the backup domain; 0 = any. @default 7791 */
  readonly backupPort?: number;
  /**
   * How the default accounts behave, and those that are added without a profile of their own. Given, it also puts the
   * default accounts that `dataDir` remembers under it. @default 'live'
   */
  readonly profile?: ProfileName;
  /** Where accounts, users, tokens, secrets, settings and the clock's offset are kept. Without it: in memory only. */
  readonly dataDir?: string;
  /** The real time, epoch milliseconds, that the sandbox clock starts from. @default Date.now */
  readonly now?: () => number;
  /** The clock that the rates count by, in milliseconds; it may not be set back. @default performance.now */
  readonly monotonicNow?: () => number;
  /** @default node:crypto's */
  readonly randomBytes?: RandomBytes;
}

/** A running sandbox. */
export interface Sandbox {
  /** The primary domain, `http://host:port`. */
  readonly url: string;
  /** The backup domain, over the same state. */
  readonly backupUrl: string;
  /** Ends all connections, frees both ports and the directory. Once; later calls wait for the first. */
  close(): Promise<void>;
}

const DEFAULT_PORT = 7_790;
const DEFAULT_BACKUP_PORT = 7_791;

/**
 * Starts the three pretend providers with their control surface under `/_sandbox`: two ports over one state. Once the
 * promise resolves, both answer.
 * @throws SandboxError with a `code` and a sentence that names the port or directory and the fix
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const state = new SandboxState(options.now ?? Date.now, options.profile);
  const storage = options.dataDir === undefined ? null : await openStorage(options.dataDir, state);
  if (storage !== null && options.profile !== undefined) state.adoptDefaultProfile();
  const reception: Reception = {
    world: {
      state,
      randomBytes: options.randomBytes ?? cryptoRandomBytes,
      nonces: new NonceMemory(),
      callsUnderWay: new CallsUnderWay(),
    },
    providers: [nexconn, easemob, rongcloud],
    limits: new Limits(options.monotonicNow ?? (() => performance.now())),
    faults: new Faults(),
    journal: new Journal(),
  };
  const listeners: Listener[] = [];
  const closeAll = async (): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.close()));
    storage?.close();
  };
  let closed: Promise<void> | null = null;
  const close = (): Promise<void> => (closed ??= closeAll());
  const host = options.host ?? '127.0.0.1';
  try {
    const primary = await listen(
      { host, port: options.port ?? DEFAULT_PORT, portFlag: '--port' },
      toRequestListener(reception, 'primary'),
    );
    listeners.push(primary);
    const backup = await listen(
      { host, port: options.backupPort ?? DEFAULT_BACKUP_PORT, portFlag: '--backup-port' },
      toRequestListener(reception, 'backup'),
    );
    listeners.push(backup);
    return { url: primary.url, backupUrl: backup.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Storage {
  close(): void;
}

async function openStorage(directory: string, state: SandboxState): Promise<Storage> {
  try {
    // Not with its parents: where a file system refuses those with ENOENT, Node's recursive call never returns.
    if (!existsSync(directory)) mkdirSync(directory, { mode: 0o700 });
    const lock = await lockDirectory(directory);
    try {
      const log = openStateLog(directory, state);
      return {
        close: () => {
          log.close();
          lock.release();
        },
      };
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    if (error instanceof SandboxError) throw error;
    const problem = isOutOfRoom(error)
      ? `there is no room to write in the directory ${directory}: free some of the disk or lift the limit on file sizes`
      : `cannot write in the directory ${directory}: make it writable for this user`;
    throw new SandboxError('DIRECTORY_UNWRITABLE', `${problem}, or choose another directory with --data-dir`, {
      cause: error,
    });
  }
}

function isOutOfRoom(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].some((code) => isSystemError(error, code));
}

function toRequestListener(
  reception: Reception,
  domain: Domain,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const received = isControlPath(request.url ?? '/')
      ? receiveControl(reception, request, response)
      : receiveCall(reception, domain, request, response);
    // What remains is a sender that went away in the middle of its request: nobody is left to answer.
    received.catch(() => response.destroy());
  };
}

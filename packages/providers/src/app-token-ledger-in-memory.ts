import { EASEMOB_APP_TOKEN_TIMES } from '@immint/contracts/easemob';
import type { Secret } from '@immint/secrets';

import type { AppTokenLedger } from './app-token-ledger.ts';

const { floorMs, leaseMs, renewedAfterShare } = EASEMOB_APP_TOKEN_TIMES;

interface Entry {
  fence: number;
  token: { readonly secret: Secret; readonly renewAtMs: number; readonly expiresAtMs: number } | undefined;
  /** Undefined while nobody asks. */
  leaseUntilMs: number | undefined;
  takenAtMs: number;
  askedAtMs: number;
  /** Whether the last ask that counts was made inside the floor, and whether the one before was. */
  isOutOfTurn: boolean;
  wasOutOfTurn: boolean;
  failure: unknown;
}

/** A ledger for one process, which forgets everything with it. Clock: monotonic milliseconds. */
export const createAppTokenLedgerInMemory = (monotonicMs: () => number): AppTokenLedger => {
  const entry: Entry = {
    fence: 0,
    token: undefined,
    leaseUntilMs: undefined,
    takenAtMs: -Infinity,
    askedAtMs: -Infinity,
    isOutOfTurn: false,
    wasOutOfTurn: false,
    failure: null,
  };
  const isBeingAsked = (): boolean => entry.leaseUntilMs !== undefined && monotonicMs() < entry.leaseUntilMs;
  const floorFromMs = (): number => entry.leaseUntilMs ?? entry.askedAtMs;
  const floorLeftMs = (): number => Math.max(0, floorFromMs() + floorMs - monotonicMs());
  const alive = (): Entry['token'] =>
    entry.token !== undefined && monotonicMs() < entry.token.expiresAtMs ? entry.token : undefined;

  const write = async (fence: number, changes: Partial<Entry>): Promise<boolean> => {
    if (fence !== entry.fence) return false;
    Object.assign(entry, { leaseUntilMs: undefined, fence: entry.fence + 1 }, changes);
    return true;
  };
  const forget = (refused: Secret): void => {
    if (entry.token?.secret.equals(refused) === true) entry.token = undefined;
  };

  return {
    async read() {
      const { fence, failure, leaseUntilMs, isOutOfTurn } = entry;
      const token = alive();
      return {
        fence,
        failure,
        token: token && {
          secret: token.secret,
          livesMs: token.expiresAtMs - monotonicMs(),
          renewInMs: token.renewAtMs - monotonicMs(),
        },
        asking: leaseUntilMs === undefined ? 'nobody' : isBeingAsked() ? 'somebody' : 'died',
        floorLeftMs: floorLeftMs(),
        mayGoOutOfTurn: !isOutOfTurn,
      };
    },

    async take(knownFence, { outOfTurn, refused }) {
      const isFloorOver = floorLeftMs() === 0;
      if (knownFence !== entry.fence || isBeingAsked()) return undefined;
      if (!isFloorOver && !(outOfTurn && !entry.isOutOfTurn)) return undefined;
      if (refused !== undefined) forget(refused);
      await write(knownFence, {
        askedAtMs: floorFromMs(),
        leaseUntilMs: monotonicMs() + leaseMs,
        takenAtMs: monotonicMs(),
        wasOutOfTurn: entry.isOutOfTurn,
        isOutOfTurn: !isFloorOver,
      });
      return entry.fence;
    },

    async renew(fence) {
      if (fence !== entry.fence) return false;
      entry.leaseUntilMs = monotonicMs() + leaseMs;
      return true;
    },

    save(fence, { token: secret, ttlMs }) {
      const renewAtMs = entry.takenAtMs + ttlMs * renewedAfterShare;
      const token = { secret, renewAtMs, expiresAtMs: entry.takenAtMs + ttlMs };
      return write(fence, { token, failure: null, askedAtMs: monotonicMs() });
    },

    fail: (fence, failure) => write(fence, { failure, askedAtMs: monotonicMs() }),
    giveBack: (fence) => write(fence, { isOutOfTurn: entry.wasOutOfTurn }),
    forget: async (refused) => forget(refused),
  };
};

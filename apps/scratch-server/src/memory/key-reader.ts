import type { KeyRecord, KeyStore } from '@immint/db';
import type { ChangeFeed } from './change-feed.ts';
import { createRemembered } from './remembered.ts';

/** The API keys, as the calls that come by the thousand look them up. */
export type KeyReader = Pick<KeyStore, 'find'>;

interface KeyLook {
  /** Undefined where there is no key of this id. */
  readonly record: KeyRecord | undefined;
  readonly readAtMs: number;
}

/** That there is no key of an id is remembered for a moment only, so that a caller who tries again and again costs nothing. */
const ABSENT_MS = 5_000;

/** What an entry takes: measured, and rounded up. */
const ENTRY_BYTES = 1_000;
const APP_BYTES = 150;

/** Makes the reader; with a bound of 0 bytes it asks the store each time. */
export function createKeyReader(
  keys: KeyReader,
  feed: ChangeFeed,
  options: { readonly maxBytes: number; readonly monotonicMs: () => number },
): KeyReader {
  const { maxBytes, monotonicMs } = options;
  const remembered = createRemembered<KeyLook>({
    feed,
    maxBytes,
    bytesOf: ({ record }) => ENTRY_BYTES + APP_BYTES * (record?.apps.length ?? 0),
    isKept: () => true,
  });

  const isUsable = ({ record, readAtMs }: KeyLook): boolean =>
    record !== undefined || monotonicMs() - readAtMs < ABSENT_MS;

  feed.watch((concerns) => {
    for (const concern of concerns) {
      if (concern.about === 'key') remembered.forgetOne(concern.keyId);
      // A key names the apps that it may be used for, and not those that were removed.
      else if (concern.about !== 'user') remembered.forget(() => true);
    }
  });

  return {
    async find(id) {
      const fetch = async (): Promise<KeyLook> => ({ readAtMs: monotonicMs(), record: await keys.find(id) });
      return (await remembered.read(id, fetch, isUsable)).value.record;
    },
  };
}

import { type KeyRing, type SealContext, SealError, type Secret } from '@immint/secrets';

/** What the secret of an app is sealed for. */
interface SealedFor {
  readonly id: number;
  readonly secretEpoch: number;
  readonly baseUrl: string;
  readonly backupBaseUrl?: string | null;
}

/** A sealed secret with the columns beside it. */
export interface SealedAppSecret extends SealedFor {
  readonly secretSealed: Uint8Array;
  /** False for one that was sealed before `0005_backup_domains`, for no place in particular. */
  readonly secretNamesPlace: boolean;
}

/** Seals a secret for the base URLs that it was entered for: beside others it does not open, whoever wrote them there. */
export function sealAppSecret(keyRing: KeyRing, sealedFor: SealedFor, secret: Secret): Uint8Array {
  return keyRing.seal(secretContext(sealedFor), secret);
}

/** @throws SealError */
export function openAppSecret(keyRing: KeyRing, sealed: SealedAppSecret): Secret {
  const context = sealed.secretNamesPlace ? secretContext(sealed) : placelessContext(sealed);
  return keyRing.open(context, sealed.secretSealed);
}

/** As {@link openAppSecret}; undefined for one that does not open. */
export function openIfReadable(keyRing: KeyRing, sealed: SealedAppSecret): Secret | undefined {
  return whereItOpens(() => openAppSecret(keyRing, sealed));
}

/** What was opened, or undefined if it does not open. */
export function whereItOpens(open: () => Secret): Secret | undefined {
  try {
    return open();
  } catch (error) {
    if (error instanceof SealError) return undefined;
    throw error;
  }
}

/**
 * The stored secret, where it has to be sealed anew for what the app becomes. None where nothing of that changes; and none
 * for a place with a host that it was not entered for: what is stored stays as it is, and opens no more.
 * @throws SealError
 */
export function readKeptSecret(keyRing: KeyRing, current: SealedAppSecret, next: SealedFor): Secret | undefined {
  const [known, wanted] = [originsOf(current), originsOf(next)];
  const isUnchanged = wanted.join(' ') === known.join(' ') && next.secretEpoch === current.secretEpoch;
  if (isUnchanged && current.secretNamesPlace) return undefined;
  return wanted.every((origin) => known.includes(origin)) ? openAppSecret(keyRing, current) : undefined;
}

function secretContext(sealedFor: SealedFor): SealContext {
  return [...placelessContext(sealedFor), sealedFor.baseUrl, sealedFor.backupBaseUrl ?? ''];
}

function placelessContext({ id, secretEpoch }: SealedFor): SealContext {
  return ['app secret', 'app', 'secret_sealed', String(id), String(secretEpoch)];
}

function originsOf({ baseUrl, backupBaseUrl }: SealedFor): readonly string[] {
  return backupBaseUrl === null || backupBaseUrl === undefined ? [baseUrl] : [baseUrl, backupBaseUrl];
}

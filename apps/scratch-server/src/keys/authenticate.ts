import { timingSafeEqual } from 'node:crypto';
import type { KeyKind } from '@immint/contracts';
import { DomainError } from '../domain-error.ts';
import type { Services } from '../services.ts';
import { parseApiKey } from './api-key.ts';

/** Who is calling, as the API key says. */
export interface Caller {
  readonly keyId: string;
  readonly kind: KeyKind;
  readonly apps: readonly string[];
}

/** What finding out takes. */
interface KeyCheck {
  readonly keys: Pick<Services['keys'], 'find'>;
  readonly keyRing: Services['keyRing'];
}

/**
 * Finds out who is calling (RFC 6750: `Authorization: Bearer …`). Unknown, revoked and wrong keys are refused with one
 * answer after the same work, so that nobody can learn which ids exist.
 */
export async function authenticate({ keys, keyRing }: KeyCheck, authorization: string | undefined): Promise<Caller> {
  if (authorization === undefined) throw new DomainError('CREDENTIALS_MISSING');
  const [, text] = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(authorization) ?? [];
  const presented = text === undefined ? undefined : parseApiKey(text);
  if (presented === undefined) throw new DomainError('CREDENTIALS_REFUSED');

  const stored = await keys.find(presented.id);
  const presentedHash = keyRing.hashApiKey(presented.secret);
  const isSame = timingSafeEqual(presentedHash, stored?.secretHash ?? new Uint8Array(presentedHash.length));
  if (stored === undefined || !isSame || stored.revokedAtMs !== null) throw new DomainError('CREDENTIALS_REFUSED');
  return { keyId: stored.id, kind: stored.kind, apps: stored.apps };
}

/** Whether a caller may call `token.*` on an app of this name. */
export function mayUseApp(caller: Caller, app: string): boolean {
  return caller.kind === 'admin' || caller.apps.includes(app);
}

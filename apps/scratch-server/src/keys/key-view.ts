import type { KeyView } from '@immint/contracts';
import type { KeyRecord } from '@immint/db';

/** A key as the API shows it: never its secret, nor its hash. */
export function viewKey(record: KeyRecord): KeyView {
  const { id, kind, label, apps, lastFour, createdAtMs, createdBy, revokedAtMs } = record;
  return { id, kind, label, apps: [...apps], lastFour, createdAtMs, createdBy, revokedAtMs };
}

import type { KeyView, RevokeKeyInput } from '@immint/contracts';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { viewKey } from './key-view.ts';

/** Revokes an API key for good: every server that sees the database refuses it from then on. */
export async function revokeKey({ services, caller, requestId }: Call, input: RevokeKeyInput): Promise<KeyView> {
  await services.keys.revoke(input.id, { actor: caller.keyId, action: 'key.revoke', requestId });
  const record = await services.keys.find(input.id);
  if (record === undefined) throw new DomainError('KEY_UNKNOWN');
  await services.database.flush();
  return viewKey(record);
}

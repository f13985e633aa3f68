import { z } from 'zod';
import { AppName } from './app-name.ts';
import { limitedField } from './text-limits.ts';

/** `admin` may do everything; `token` may call `token.*` on the apps it names, and nothing else. */
export const KEY_KINDS = ['admin', 'token'] as const;
export const KeyKind = z.enum(KEY_KINDS);
export type KeyKind = z.infer<typeof KeyKind>;

/** The public part of an API key: twelve letters and digits. */
export const KeyId = z.string().regex(/^[0-9A-Za-z]{12}$/, 'must be the 12 letters and digits of an API key’s id');

/** A name that people give a key, to know it again: 1 to 64 characters, the spaces around it left out. */
const KeyLabel = z
  .string()
  .trim()
  .pipe(limitedField({ maxCharacters: 64 }));

/** Input of `key.create`: an admin key, or one for `token.*` on named apps. */
export const CreateKeyInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('admin'), label: KeyLabel }),
  z.strictObject({ kind: z.literal('token'), label: KeyLabel, apps: z.array(AppName).min(1).max(100) }),
]);
export type CreateKeyInput = z.infer<typeof CreateKeyInput>;

/** What is known of an API key; the key itself is shown once, at its creation, and kept only as a hash. */
export const KeyView = z.object({
  id: KeyId,
  kind: KeyKind,
  label: z.string(),
  apps: z.array(AppName),
  lastFour: z.string(),
  createdAtMs: z.int(),
  createdBy: z.string(),
  revokedAtMs: z.int().nullable(),
});
export type KeyView = z.infer<typeof KeyView>;

/** Output of `key.create`: `key` is shown this once. */
export const CreatedKey = KeyView.extend({ key: z.string() });
export type CreatedKey = z.infer<typeof CreatedKey>;

/** Input of `key.revoke`. */
export const RevokeKeyInput = z.strictObject({ id: KeyId });
export type RevokeKeyInput = z.infer<typeof RevokeKeyInput>;

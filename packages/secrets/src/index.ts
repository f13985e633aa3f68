export { Secret } from './secret.ts';

export { openKeyRing } from './key-ring.ts';
export type { KeyRing } from './key-ring.ts';
export type { SealContext } from './seal-context.ts';
export { SealError } from './seal-error.ts';

export { makeKeyFile, readKeyFile } from './key-file.ts';
export type { KeyFile } from './key-file.ts';
export { makeKeyFileContent } from './key-file-content.ts';
export { KeyFileError } from './key-file-error.ts';

export { systemRandomBytes } from './random-bytes.ts';
export type { RandomBytes } from './random-bytes.ts';

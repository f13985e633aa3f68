const KEY_FILE_ERROR_CODES = [
  'KEY_FILE_MISSING',
  'KEY_FILE_UNREADABLE',
  'KEY_FILE_MALFORMED',
  'KEY_FILE_EXISTS',
  'KEY_FILE_UNWRITABLE',
] as const;

/** What can be wrong with a key file. Closed: nothing else is ever reported. */
export type KeyFileErrorCode = (typeof KEY_FILE_ERROR_CODES)[number];

const SENTENCES = {
  KEY_FILE_MISSING: 'There is no key file',
  KEY_FILE_UNREADABLE: 'The key file cannot be read',
  KEY_FILE_MALFORMED: 'The key file does not hold one line of the form `immint-key-v1 …`',
  KEY_FILE_EXISTS: 'There is a key file already, and it is never overwritten',
  KEY_FILE_UNWRITABLE: 'The key file cannot be written',
} as const satisfies Record<KeyFileErrorCode, string>;

/** A key file cannot be used, or not be made. It names the path and never the content. */
export class KeyFileError extends Error {
  readonly code: KeyFileErrorCode;
  readonly path: string;

  constructor(code: KeyFileErrorCode, path: string) {
    super(`${code}: ${SENTENCES[code]}: ${path}`);
    this.name = 'KeyFileError';
    this.code = code;
    this.path = path;
  }
}

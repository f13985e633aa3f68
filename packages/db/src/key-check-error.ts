const SENTENCES = {
  KEY_MISSING: 'The database holds sealed values, and the key file that opens them is not there: put it back at',
  KEY_WRONG: 'The database was sealed with another key than the one in this file: put the right one at',
  KEY_CHECK_LOST:
    'The database holds sealed values and nothing to check this key file against: restore a backup. The file is',
} as const;

/** What can be wrong between a database and a key file. */
export type KeyCheckErrorCode = keyof typeof SENTENCES;

/** The key file is not the one that belongs to this database. A new one is never made for sealed values. */
export class KeyCheckError extends Error {
  readonly code: KeyCheckErrorCode;
  readonly path: string;

  constructor(code: KeyCheckErrorCode, path: string) {
    super(`${code}: ${SENTENCES[code]} ${path}`);
    this.name = 'KeyCheckError';
    this.code = code;
    this.path = path;
  }
}

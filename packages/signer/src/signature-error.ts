/** Everything that can be wrong with a signature or a self-signed token. Closed: nothing else is ever reported. */
const SIGNATURE_ERROR_CODES = [
  'APP_KEY_MISSING',
  'NONCE_MISSING',
  'NONCE_TOO_LONG',
  'TIMESTAMP_MISSING',
  'TIMESTAMP_MALFORMED',
  'SIGNATURE_MISSING',
  'SIGNATURE_MISMATCH',
  'HEADER_AMBIGUOUS',
  'LIFETIME_MALFORMED',
  'TOKEN_MALFORMED',
  'TOKEN_OF_OTHER_APP',
  'TOKEN_FROM_FUTURE',
  'TOKEN_EXPIRED',
] as const;
export type SignatureErrorCode = (typeof SIGNATURE_ERROR_CODES)[number];

const SENTENCES = {
  APP_KEY_MISSING: 'There is no App-Key header.',
  NONCE_MISSING: 'There is no Nonce header.',
  NONCE_TOO_LONG: 'The nonce is too long.',
  TIMESTAMP_MISSING: 'There is no Timestamp header.',
  TIMESTAMP_MALFORMED: 'The timestamp is not a whole number.',
  SIGNATURE_MISSING: 'There is no Signature header.',
  SIGNATURE_MISMATCH: 'The signature was not made with this secret.',
  HEADER_AMBIGUOUS: 'A signature header stands twice, with different values.',
  LIFETIME_MALFORMED: 'The lifetime is not a whole number of seconds.',
  TOKEN_MALFORMED: 'The text is not a dynamic token.',
  TOKEN_OF_OTHER_APP: 'The token belongs to another app.',
  TOKEN_FROM_FUTURE: 'The token says that it was made in the future.',
  TOKEN_EXPIRED: 'The token has expired.',
} as const satisfies Record<SignatureErrorCode, string>;

/** Thrown when something cannot be signed. Its message is one fixed sentence per code and repeats no input. */
export class SignatureError extends Error {
  readonly code: SignatureErrorCode;

  constructor(code: SignatureErrorCode) {
    super(SENTENCES[code]);
    this.name = 'SignatureError';
    this.code = code;
  }
}

/** What a check answers when it does not answer yes. */
export interface Refusal {
  readonly ok: false;
  readonly code: SignatureErrorCode;
}

export const refuse = (code: SignatureErrorCode): Refusal => ({ ok: false, code });

export { signAppSecret, verifyAppSecret } from './app-secret-signature.ts';
export type { SignedTexts } from './app-secret-signature.ts';
export { readSignatureHeaders, signatureHeaders } from './signature-headers.ts';
export type { CallToSign, HeaderSpelling, ReceivedHeaders, ReceivedSignature } from './signature-headers.ts';
export { MAX_NONCE_LENGTH, MAX_RECEIVED_NONCE_LENGTH, newNonce } from './nonce.ts';
export { explainSignature } from './explain-signature.ts';
export type { SignatureStep } from './explain-signature.ts';
export { makeDynamicToken, parseDynamicToken, verifyDynamicToken } from './easemob-dynamic-token.ts';
export type {
  DynamicTokenContent,
  DynamicTokenJudge,
  DynamicTokenSigner,
  ParsedDynamicToken,
} from './easemob-dynamic-token.ts';
export { SIGNATURE_ERROR_CODES, SignatureError } from './signature-error.ts';
export type { Refusal, SignatureErrorCode } from './signature-error.ts';

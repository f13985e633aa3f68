export { signAppSecret, verifyAppSecret } from './app-secret-signature.ts';
export { readAppKey, readSignatureHeaders, signatureHeaders } from './signature-headers.ts';
export type { CallToSign, ReceivedSignature } from './signature-headers.ts';
export { newNonce } from './nonce.ts';
export { explainSignature } from './explain-signature.ts';
export { makeDynamicToken, verifyDynamicToken } from './easemob-dynamic-token.ts';
export type { DynamicTokenJudge } from './easemob-dynamic-token.ts';
export { SignatureError } from './signature-error.ts';
export type { Refusal, SignatureErrorCode } from './signature-error.ts';

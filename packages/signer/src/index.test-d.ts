import { expectTypeOf } from 'vitest';

import {
  makeDynamicToken,
  readSignatureHeaders,
  type ReceivedSignature,
  type Refusal,
  SignatureError,
  type SignatureErrorCode,
  signatureHeaders,
  signAppSecret,
  verifyAppSecret,
  verifyDynamicToken,
} from './index.ts';

expectTypeOf(signatureHeaders).returns.toEqualTypeOf<Record<string, string>>();
expectTypeOf(readSignatureHeaders).returns.toEqualTypeOf<ReceivedSignature | Refusal>();
expectTypeOf(signAppSecret).returns.toBeString();
expectTypeOf(verifyAppSecret).returns.toBeBoolean();
expectTypeOf(makeDynamicToken).returns.toBeString();
expectTypeOf<Refusal['code']>().toEqualTypeOf<SignatureErrorCode>();
expectTypeOf<SignatureErrorCode>().not.toBeAny();
expectTypeOf(SignatureError).toBeConstructibleWith('NONCE_TOO_LONG');

// @ts-expect-error a code that is not on the list
expectTypeOf(SignatureError).toBeConstructibleWith('SOMETHING_ELSE');
// @ts-expect-error the clock is never read here: the caller says what time it is
verifyDynamicToken('t', { clientId: 'i', clientSecret: 's', appKey: 'o#a' });

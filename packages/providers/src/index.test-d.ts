import type { ProviderName } from '@immint/contracts';
import type { Secret } from '@immint/secrets';
import { expectTypeOf } from 'vitest';

import {
  type AppSettings,
  type ChatProvider,
  createTransport,
  type IssuedToken,
  type ProviderEntry,
  ProviderError,
  type ProviderErrorKind,
  providers,
  type TokenLifetime,
  type Transport,
} from './index.ts';

expectTypeOf(providers).toEqualTypeOf<Readonly<Record<ProviderName, ProviderEntry>>>();
expectTypeOf<AppSettings>().not.toBeAny();
expectTypeOf<ChatProvider['issueToken']>().returns.resolves.toEqualTypeOf<IssuedToken>();
expectTypeOf<IssuedToken['token']>().toEqualTypeOf<Secret>();
expectTypeOf<TokenLifetime['kind']>().toEqualTypeOf<'known' | 'permanent' | 'unknown'>();
expectTypeOf<ProviderError['kind']>().toEqualTypeOf<ProviderErrorKind>();
expectTypeOf(createTransport).returns.toEqualTypeOf<Transport>();

// @ts-expect-error a kind that is not on the list
expectTypeOf(ProviderError).toBeConstructibleWith('something-else');
// @ts-expect-error a call without a deadline
expectTypeOf<ChatProvider['checkCredentials']>().toBeCallableWith();

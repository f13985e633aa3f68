import type { Secret } from '@immint/secrets';
import { expectTypeOf } from 'vitest';
import type {
  AppRecord,
  AppStore,
  Database,
  DatabaseErrorCode,
  KeyRecord,
  StoredToken,
  TokenMetadata,
} from './index.ts';

// What is shown to people cannot carry a secret, not even by a mistake that compiles.
expectTypeOf<TokenMetadata>().not.toHaveProperty('token');
expectTypeOf<AppRecord>().not.toHaveProperty('secret');
expectTypeOf<KeyRecord>().not.toHaveProperty('secret');

// A secret comes out of a store wrapped.
expectTypeOf<StoredToken['token']>().toEqualTypeOf<Secret>();
expectTypeOf<Awaited<ReturnType<AppStore['readSecret']>>>().toEqualTypeOf<Secret>();

// Settings are what the database holds: whoever reads them has to parse them.
expectTypeOf<AppRecord['settings']>().toBeUnknown();

// The codes are a closed list, and no `any` has crept in.
expectTypeOf<DatabaseErrorCode>().not.toBeAny();
expectTypeOf<string>().not.toExtend<DatabaseErrorCode>();
expectTypeOf<Database['engine']>().toEqualTypeOf<'postgres' | 'embedded'>();

import { expectTypeOf } from 'vitest';
import type { AddAppInput, ObtainTokenInput, ProviderName, Reason, Token } from './index.ts';

expectTypeOf<ProviderName>().toEqualTypeOf<'rongcloud' | 'nexconn' | 'easemob'>();
expectTypeOf<Token['lifetime']>().toEqualTypeOf<'known' | 'permanent' | 'unknown'>();
expectTypeOf<Token['expiresAtMs']>().toEqualTypeOf<number | null>();
expectTypeOf<ObtainTokenInput>().not.toBeAny();
expectTypeOf<ObtainTokenInput['userId']>().toEqualTypeOf<string>();
expectTypeOf<Reason>().not.toEqualTypeOf<string>();
expectTypeOf<Extract<AddAppInput, { provider: 'rongcloud' }>>().not.toHaveProperty('clientId');
expectTypeOf<Extract<AddAppInput, { provider: 'easemob' }>['clientId']>().toEqualTypeOf<string>();

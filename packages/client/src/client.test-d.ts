import type { ObtainTokenInput, Reason, Token } from '@immint/contracts';
import type { AppRouter } from '@immint/server/router';
import { expectTypeOf } from 'vitest';
import type { ApiError } from './client-error.ts';
import type { ImmintClient } from './client.ts';

declare const client: ImmintClient;

// The router's type has not silently become `any`, which would make everything below pass.
expectTypeOf<AppRouter>().not.toBeAny();
expectTypeOf<ImmintClient>().not.toBeAny();
expectTypeOf(client.token.obtain.mutate).not.toBeAny();

// Inputs and outputs are the contracts': a field renamed there breaks this file.
expectTypeOf(client.token.obtain.mutate).parameter(0).toEqualTypeOf<ObtainTokenInput>();
expectTypeOf(client.token.obtain.mutate({ app: 'a', userId: 'u' })).resolves.toEqualTypeOf<Token>();
expectTypeOf<Pick<Token, 'token' | 'fingerprint' | 'source' | 'expiresAtMs'>>().toEqualTypeOf<{
  token: string;
  fingerprint: string;
  source: 'stored' | 'issued';
  expiresAtMs: number | null;
}>();

// @ts-expect-error userId is missing
void client.token.obtain.mutate({ app: 'a' });
// @ts-expect-error there is no such field
void client.token.obtain.mutate({ app: 'a', userId: 'u', colour: 'red' });
// @ts-expect-error a lifetime is a number of seconds
void client.token.obtain.mutate({ app: 'a', userId: 'u', ttlSeconds: '60' });
// @ts-expect-error obtaining changes something, so it is no query
void client.token.obtain.query({ app: 'a', userId: 'u' });
// @ts-expect-error there is no such procedure
void client.token.mint.mutate({ app: 'a', userId: 'u' });

expectTypeOf<ApiError['reason']>().toEqualTypeOf<Reason>();

import type { ImmintClient } from '@immint/client';
import type { AddAppRequest, ObtainTokenInput, Reason, Token } from '@immint/contracts';
import { expectTypeOf } from 'vitest';
import type { createAddRequest } from './commands/app/add-request.ts';
import type { Settings } from './commands/app/settings-flags.ts';
import type { EXIT_CODE_BY_REASON, ExitCode } from './exit-code.ts';
import { present } from './present.ts';

// What the commands send and show is typed by the contracts: a field that is renamed there breaks the commands' compile,
// as long as none of these has silently become `any`.
expectTypeOf<ImmintClient>().not.toBeAny();
expectTypeOf<Token>().not.toBeAny();
expectTypeOf<Settings>().not.toBeAny();
expectTypeOf<AddAppRequest>().not.toBeAny();

declare const client: ImmintClient;
expectTypeOf(client.token.obtain.mutate({ app: 'a', userId: 'u' })).resolves.toEqualTypeOf<Token>();
// @ts-expect-error this is not what the field is called
void client.token.obtain.mutate({ app: 'a', user: 'u' });
// @ts-expect-error nor is this
expectTypeOf<Token['accessToken']>();

// Flags become exactly the input of app.add, and every setting of every provider has a flag.
expectTypeOf<ReturnType<ReturnType<typeof createAddRequest>>>().toEqualTypeOf<AddAppRequest>();
expectTypeOf<keyof Settings>().toEqualTypeOf<
  | 'userIdCharset'
  | 'tokenLifetime'
  | 'profileOwner'
  | 'userIdCase'
  | 'autoCreateUser'
  | 'ttlUnit'
  | 'defaultTtlSeconds'
  | 'allowPermanentTokens'
  | 'tokenMode'
  | 'dynamicTokenEnsuresUser'
  | 'revokeBy'
  | 'secretRefreshKillsTokens'
  | 'useSecondDomain'
  | 'onlineStatusPath'
  | 'rateShare'
  | 'ratesPerSecond'
  | 'readMode'
  | 'allowPlainHttp'
  | 'allowPrivateAddresses'
>();

// Every reason has an exit code.
expectTypeOf<keyof typeof EXIT_CODE_BY_REASON>().toEqualTypeOf<Reason>();
expectTypeOf<(typeof EXIT_CODE_BY_REASON)[Reason]>().toExtend<ExitCode>();

// Inputs are put together by spreading, which checks no keys: so what is spread says which type it is part of.
present<Pick<ObtainTokenInput, 'ttlSeconds'>>({ ttlSeconds: undefined });
// @ts-expect-error the contract has no such field
present<Pick<ObtainTokenInput, 'ttlSeconds'>>({ ttlSecs: 60 });
// @ts-expect-error no type was named
present({ ttlSeconds: 60 });

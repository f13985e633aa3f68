import type { ProviderName } from '@immint/contracts';

import type { Account } from './account.ts';
import { meansCall } from './call-path.ts';
import { ControlError } from './control-error.ts';
import type { ServedCall } from './provider-call.ts';
import type { Reception } from './receive-call.ts';

/** The account that a control call names. @throws ControlError */
export function requireAccount({ world: { state } }: Reception, provider: ProviderName, appKey: string): Account {
  const account = state.account(provider, appKey);
  if (account !== undefined) return account;
  const known = state.accounts().filter(({ record }) => record.provider === provider);
  const names = known.map(({ record }) => record.appKey).join(', ');
  throw new ControlError(400, `${provider} has no account ${appKey}; it has: ${names}. POST /_sandbox/apps adds one`);
}

/** The provider call that the `path` and `method` of a fault or limit mean. @throws ControlError */
export function requireServedCall(
  { providers }: Reception,
  provider: ProviderName | undefined,
  path: string,
  method: ServedCall['method'] | undefined,
): ServedCall {
  const calls = providers
    .filter(({ name }) => provider === undefined || name === provider)
    .flatMap((each) => each.calls);
  const call = calls.find((each) => meansCall(path, each.path) && (method === undefined || each.method === method));
  if (call !== undefined) return call;
  const served = calls.map((each) => `${each.method} ${each.path}`).join(', ');
  throw new ControlError(400, `no call ${method ?? ''} ${path} is served; there are: ${served}`);
}

import type { Account } from './account.ts';
import type { ProviderCall, World } from './provider-call.ts';
import type { RefuseSigned } from './signed-problem.ts';
import type { SignedRules } from './signed-rules.ts';

/** A call to RongCloud or Nexconn whose signature was good. */
export interface SignedCall {
  readonly call: ProviderCall;
  readonly account: Account;
  readonly world: World;
  readonly rules: SignedRules;
  readonly refuse: RefuseSigned;
}

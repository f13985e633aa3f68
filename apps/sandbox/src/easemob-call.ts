import type { Account } from './account.ts';
import { matchPath } from './call-path.ts';
import { type BearerRefusals, requireAppToken } from './easemob-app-token.ts';
import { type RequiredHeader, requireHeaders } from './easemob-request.ts';
import { type EasemobRules, easemobRules } from './easemob-rules.ts';
import type { Answer, ProviderCall, ServedCall, World } from './provider-call.ts';

/** One call that is being answered: what its row works with. */
export interface EasemobCall {
  readonly call: ProviderCall;
  readonly account: Account;
  readonly world: World;
  readonly rules: EasemobRules;
  /** The `{names}` of the path, percent-decoded once. */
  readonly names: Readonly<Record<string, string>>;
}

/** What a row of the table says about its call. */
interface EasemobRow {
  readonly method: ServedCall['method'];
  /** What follows org and app. */
  readonly path: string;
  readonly rate: Pick<ServedCall, 'rateGroup' | 'perSecond'>;
  /** How it refuses a bad app token; null where the work itself asks for one, or for none. */
  readonly bearer: BearerRefusals | null;
  /** The headers that its page requires. */
  readonly headers: readonly RequiredHeader[];
  /** Does the work. @throws Refusal */
  readonly answer: (call: EasemobCall) => Answer;
}

const BASE = '/{org_name}/{app_name}';

/** Makes a call of the provider's table: checks the app token and the headers, then does the work. */
export function easemobRow({ method, path, rate, bearer, headers, answer }: EasemobRow): ServedCall {
  const template = `${BASE}${path}`;
  return {
    method,
    path: template,
    ...rate,
    answer: (call, account, world) => {
      const names = matchPath(template, call.path) ?? {};
      const easemobCall = { call, account, world, names, rules: easemobRules(account.record.settings) };
      if (bearer !== null) requireAppToken(call, account, world, bearer);
      requireHeaders(easemobCall, headers);
      return answer(easemobCall);
    },
  };
}

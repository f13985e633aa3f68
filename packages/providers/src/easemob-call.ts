import { EASEMOB_RATE_GROUP_BY_PATH, EASEMOB_RATES_PER_SECOND } from '@immint/contracts/easemob';
import type { EasemobSettings } from '@immint/contracts';
import type { EASEMOB_PATHS } from '@immint/contracts/easemob';
import type { Secret } from '@immint/secrets';

import type { CallContext } from './call-context.ts';
import type { CallRunner } from './call-runner.ts';
import type { AppTokenSource } from './easemob-app-token.ts';
import type { EasemobCallKind, EasemobSent } from './easemob-error.ts';
import { ratesOf } from './rate-groups.ts';
import type { HttpMethod, ProviderReply } from './request.ts';

/** One call as an adapter describes it. */
interface EasemobCall<Result> {
  /** Which path it is of: this decides from which rate it is taken. */
  readonly name: keyof typeof EASEMOB_PATHS;
  readonly kind: EasemobCallKind;
  readonly method: HttpMethod;
  /** With its values filled in, and its query. */
  readonly path: string;
  /** Left out for none. */
  readonly body?: unknown;
  readonly isIdempotent: boolean;
  readonly maxReplyBytes?: number;
  readonly read: (reply: ProviderReply, sent: EasemobSent) => Result;
}

/** Makes a call. @throws ProviderError */
export type AskEasemob = <Result>(call: EasemobCall<Result>, context: CallContext) => Promise<Result>;

/** Makes calls with the app token that is given, or with none. */
export type AskEasemobWith = <Result>(
  call: EasemobCall<Result>,
  context: CallContext,
  appToken: Secret | undefined,
) => Promise<Result>;

export const createAskEasemobWith = (runner: CallRunner, settings: EasemobSettings): AskEasemobWith => {
  const rates = ratesOf(EASEMOB_RATES_PER_SECOND, settings);
  return ({ name, kind, method, path, body, isIdempotent, maxReplyBytes, read }, context, appToken) => {
    const authorization = appToken === undefined ? {} : { Authorization: `Bearer ${appToken.reveal()}` };
    const headers = { ...authorization, 'Content-Type': 'application/json', Accept: 'application/json' };
    const request = { headers, body: body === undefined ? '' : JSON.stringify(body) };
    const sent = { kind, text: [path, ...Object.values(headers), request.body].join('\n') };
    const group = EASEMOB_RATE_GROUP_BY_PATH[name];
    // An app token may be asked for once in a while only, and nothing but the ask for one shows the client secret.
    const isForAppToken = kind === 'client_credentials';
    return runner.run(
      {
        group: { name: group, perSecond: rates[group] },
        method,
        path,
        ...(maxReplyBytes === undefined ? {} : { maxReplyBytes }),
        isIdempotent,
        isAskedSparingly: isForAppToken,
        proof: isForAppToken ? 'secret' : 'none',
        build: () => request,
        read: (reply) => read(reply, sent),
      },
      context,
    );
  };
};

/**
 * Makes calls with the app token. One that refuses it is made once more with a new one: the service does not promise the
 * whole lifetime.
 */
export const createAskEasemob =
  (askWith: AskEasemobWith, appTokens: AppTokenSource): AskEasemob =>
  async (call, context) => {
    const appToken = await appTokens.current(context.signal);
    const answered = await askWith(
      {
        ...call,
        read: (reply, sent) => (reply.status === 401 ? undefined : { result: call.read(reply, sent) }),
      },
      context,
      appToken,
    );
    if (answered !== undefined) return answered.result;
    return askWith(call, context, await appTokens.replace(appToken, context.signal));
  };

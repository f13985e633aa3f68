import type { NexconnSettings } from '@immint/contracts';
import {
  NEXCONN_DOCUMENTED_READ_ONLINE_PATH,
  NEXCONN_PATHS,
  NEXCONN_RATES_PER_SECOND,
} from '@immint/contracts/nexconn';

import { readOrigins } from './base-url.ts';
import type { CallContext } from './call-context.ts';
import { createCallRunner } from './call-runner.ts';
import type { ProviderAccount, ProviderDependencies } from './chat-provider.ts';
import { ratesOf } from './rate-groups.ts';
import { MAX_LIST_BYTES } from './reply-limits.ts';
import type { ProviderReply } from './request.ts';
import { createSignBody, type TypedBody } from './signed-body.ts';

type CallName = keyof typeof NEXCONN_PATHS;

/** Makes one call by its name. @throws ProviderError */
export type AskNexconn = <Result>(
  name: CallName,
  fields: object,
  context: CallContext,
  read: (reply: ProviderReply) => Result,
  /** How many calls it counts as, where the rate counts users. */
  slots?: number,
) => Promise<Result>;

/** Each of these begins something new when it is made again. */
const NOT_IDEMPOTENT: ReadonlySet<CallName> = new Set(['issueToken', 'deactivateUsers', 'reactivateUsers']);

const LISTS: ReadonlySet<CallName> = new Set(['listBanned', 'listDeactivated']);

export const createAskNexconn = (
  account: ProviderAccount<NexconnSettings>,
  dependencies: ProviderDependencies,
): AskNexconn => {
  const sign = createSignBody(account, dependencies);
  const rates = ratesOf(NEXCONN_RATES_PER_SECOND, account.settings);
  const runner = createCallRunner({ origins: readOrigins(account), ...dependencies });
  const paths = { ...NEXCONN_PATHS, readOnline: READ_ONLINE_PATHS[account.settings.onlineStatusPath] };
  return (name, fields, context, read, slots = 1) =>
    runner.run(
      {
        group: { name, perSecond: rates[name] },
        slots,
        method: 'POST',
        path: paths[name],
        ...(LISTS.has(name) ? { maxReplyBytes: MAX_LIST_BYTES } : {}),
        isIdempotent: !NOT_IDEMPOTENT.has(name),
        proof: 'signature',
        build: () => sign(toJson(fields)),
        read,
      },
      context,
    );
};

const READ_ONLINE_PATHS = {
  sdk: NEXCONN_PATHS.readOnline,
  documented: NEXCONN_DOCUMENTED_READ_ONLINE_PATH,
} as const satisfies Record<NexconnSettings['onlineStatusPath'], string>;

const toJson = (fields: object): TypedBody => ({ contentType: 'application/json', text: JSON.stringify(fields) });

import type { RongCloudSettings } from '@immint/contracts';
import { RONGCLOUD_PATHS, RONGCLOUD_RATES_PER_SECOND } from '@immint/contracts/rongcloud';

import { readOrigins } from './base-url.ts';
import type { CallContext } from './call-context.ts';
import { createCallRunner } from './call-runner.ts';
import type { ProviderAccount, ProviderDependencies } from './chat-provider.ts';
import { ratesOf } from './rate-groups.ts';
import { MAX_LIST_BYTES } from './reply-limits.ts';
import type { ProviderReply } from './request.ts';
import { createSignBody, type TypedBody } from './signed-body.ts';

type CallName = keyof typeof RONGCLOUD_PATHS;

/** A list gives one field for each of its values. */
type FormFields = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** Makes one call by its name. @throws ProviderError */
export type AskRongCloud = <Result>(
  name: CallName,
  form: FormFields,
  context: CallContext,
  read: (reply: ProviderReply) => Result,
  /** How many calls it counts as, where the rate counts users. */
  slots?: number,
) => Promise<Result>;

/** Each of these begins something new when it is made again. */
const NOT_IDEMPOTENT: ReadonlySet<CallName> = new Set(['issueToken', 'deactivateUsers', 'reactivateUsers']);

const LISTS: ReadonlySet<CallName> = new Set(['listBanned', 'listDeactivated']);

export const createAskRongCloud = (
  account: ProviderAccount<RongCloudSettings>,
  dependencies: ProviderDependencies,
): AskRongCloud => {
  const sign = createSignBody(account, dependencies);
  const rates = ratesOf(RONGCLOUD_RATES_PER_SECOND, account.settings);
  const runner = createCallRunner({ origins: readOrigins(account), ...dependencies });
  return (name, form, context, read, slots = 1) =>
    runner.run(
      {
        group: { name, perSecond: rates[name] },
        slots,
        method: 'POST',
        path: RONGCLOUD_PATHS[name],
        ...(LISTS.has(name) ? { maxReplyBytes: MAX_LIST_BYTES } : {}),
        isIdempotent: !NOT_IDEMPOTENT.has(name),
        proof: 'signature',
        build: () => sign(toForm(form)),
        read,
      },
      context,
    );
};

const toForm = (fields: FormFields): TypedBody => {
  const given = Object.entries(fields).flatMap(([key, value]) => {
    if (value === undefined) return [];
    return typeof value === 'object' ? value.map((each) => [key, each]) : [[key, String(value)]];
  });
  return { contentType: 'application/x-www-form-urlencoded', text: new URLSearchParams(given).toString() };
};

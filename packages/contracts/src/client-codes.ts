import type { ClientCode, ClientCodes, ClientVerdict } from './client-code.ts';
import { EASEMOB_CLIENT_CODES } from './easemob-client-codes.ts';
import { NEXCONN_CLIENT_CODES } from './nexconn-client-codes.ts';
import type { ProviderName } from './provider-name.ts';
import { RONGCLOUD_CLIENT_CODES } from './rongcloud-client-codes.ts';

/** The codes of the providers' client SDKs that an app meets when it logs in; where they were read: `docs/client-codes.md`. */
export const CLIENT_CODES = {
  rongcloud: RONGCLOUD_CLIENT_CODES,
  nexconn: NEXCONN_CLIENT_CODES,
  easemob: EASEMOB_CLIENT_CODES,
} as const satisfies Record<ProviderName, ClientCodes>;

/** What is known of a code; undefined is a code that no table has. */
export function findClientCode(provider: ProviderName, code: number): ClientCode | undefined {
  const codes: ClientCodes = CLIENT_CODES[provider];
  return Object.hasOwn(codes, code) ? codes[code] : undefined;
}

/**
 * What a code says about the token. A report without a code, or with one that no table has, is believed
 * (`token-refused`): that costs at most one call to the provider, and not believing it would cost a login.
 */
export function verdictOf(provider: ProviderName, code: number | undefined): ClientVerdict {
  return (code === undefined ? undefined : findClientCode(provider, code))?.verdict ?? 'token-refused';
}

/** The sentence for a code, with what helps; undefined where no table has the code. */
export function explainClientCode(provider: ProviderName, code: number): string | undefined {
  const found = findClientCode(provider, code);
  if (found === undefined) return undefined;
  const sentence = `Code ${code} (${found.names.join(' or ')}) says that ${found.says}`;
  return found.verdict === 'not-the-token'
    ? `${sentence}; a new token would change nothing, so the stored one stays: ${found.instead}.`
    : `${sentence}.`;
}

import type { Finding, FindingCode } from '@immint/contracts';
import type { ProviderEntry, ProviderError, ProviderErrorKind } from '@immint/providers';
import { findUnreachable } from './find-unreachable.ts';

interface Trouble {
  readonly code: FindingCode;
  /** What to do, in words that go behind the provider's name. */
  readonly advice: string;
}

/** What each kind of trouble is called here, and how it is mended. Total. */
const TROUBLE_BY_KIND = {
  'credentials-refused': {
    code: 'CREDENTIALS_WRONG',
    advice:
      'refuses the key or the secret: compare both with its console, then `immint app update` with the right ones.',
  },
  'rate-limited': {
    code: 'RATE_USED_UP',
    advice:
      'is called too often with this App Key: wait a second, and lower `--rate-share` if other services call too.',
  },
  'asked-too-often': {
    code: 'RATE_USED_UP',
    advice: 'may not be asked for another app token yet: check again in a minute.',
  },
  unreachable: { code: 'UNREACHABLE', advice: 'cannot be reached: check the network from this server.' },
  'timed-out': {
    code: 'TIMED_OUT',
    advice: 'did not answer in time: check the network from this server, and whether a firewall drops what it sends.',
  },
  failed: { code: 'PROVIDER_FAILED', advice: 'fails inside: wait, and see its status page.' },
  'broke-contract': {
    code: 'ANSWER_STRANGE',
    advice: 'does not answer as its documentation says: check that the base URL is its own, and not a proxy’s.',
  },
  'bad-request': {
    code: 'CALL_REFUSED',
    advice: 'refuses the call as wrong: compare App Key and settings with its console.',
  },
  'user-id-refused': { code: 'CALL_REFUSED', advice: 'refuses a user id that it was asked about.' },
  'user-unknown': { code: 'CALL_REFUSED', advice: 'does not know a user that it was asked about.' },
  'user-banned': { code: 'CALL_REFUSED', advice: 'has banned a user that it was asked about.' },
  'password-refused': { code: 'CALL_REFUSED', advice: 'refused a password.' },
  'user-limit-reached': {
    code: 'QUOTA_REACHED',
    advice: 'takes no more users on this plan: raise the plan in its console, or delete users there.',
  },
  'app-unavailable': {
    code: 'ACCOUNT_BLOCKED',
    advice: 'has locked this account or call, or refuses this server’s IP address: see its console and its allowlist.',
  },
  conflict: { code: 'PROVIDER_FAILED', advice: 'is busy with the same call for somebody else: check again.' },
  'unknown-code': {
    code: 'CALL_REFUSED',
    advice: 'refuses with a code that its documentation does not have: ask its support about the code.',
  },
  'held-back': {
    code: 'RATE_USED_UP',
    advice:
      'could not be called in time, since this app’s share of the rate is used up: check again, or raise `--rate-share`.',
  },
  'circuit-open': {
    code: 'PROVIDER_FAILED',
    advice: 'failed again and again, so it is not called for a moment: check again in a minute.',
  },
  'app-paused': {
    code: 'APP_PAUSED',
    advice:
      'refused this app’s credentials three times, so it is asked only once a minute: `immint app secret correct` mends the secret, and the app goes on by itself.',
  },
  'address-refused': {
    code: 'ADDRESS_REFUSED',
    advice: 'is at a private address: check the base URL, or allow it with `--allow-private-addresses`.',
  },
  'user-exists': { code: 'CALL_REFUSED', advice: 'has a user of this id already.' },
} as const satisfies Record<ProviderErrorKind, Trouble>;

/** Refused credentials of which the answer tells which one it is. */
const TROUBLE_BY_BLAME = {
  'app-key': {
    code: 'APP_KEY_WRONG',
    advice:
      'does not know this App Key: compare it with the console, and the data centre too (`immint app update --app-key`).',
  },
  secret: {
    code: 'SECRET_WRONG',
    advice:
      'knows the App Key, but the secret is wrong: `immint app secret correct` with the one of the console, or stage and cutover if it was refreshed there.',
  },
  'client-id': {
    code: 'CLIENT_ID_WRONG',
    advice: 'knows the app, but not this client id: `immint app update --client-id` with the one of the console.',
  },
  'app-token': TROUBLE_BY_KIND['credentials-refused'],
} as const satisfies Record<NonNullable<ProviderError['blames']>, Trouble>;

/** What no check can see by itself, but the last issue did. */
const SHOWS_IN_ISSUES = ['user-limit-reached', 'app-unavailable'] as const satisfies readonly ProviderErrorKind[];

/** What the call came to, and what the last issue came to where the call cannot see it. */
export function findTrouble(
  { displayName }: Pick<ProviderEntry, 'displayName'>,
  error: ProviderError | undefined,
  lastIssue: { readonly kind: string; readonly atMs: number } | null | undefined,
): Finding[] {
  const findings: Finding[] = [];
  if (error !== undefined) {
    const { code, advice } = findUnreachable(error) ?? blamed(error) ?? TROUBLE_BY_KIND[error.kind];
    const shown = error.kind === 'unknown-code' ? ` (code ${error.providerCode ?? 'none'})` : '';
    findings.push({ severity: 'error', code, message: `${displayName} ${advice}${shown}` });
  }
  const shownBefore = SHOWS_IN_ISSUES.find((kind) => kind === lastIssue?.kind && kind !== error?.kind);
  if (shownBefore !== undefined && lastIssue) {
    const { code, advice } = TROUBLE_BY_KIND[shownBefore];
    const at = new Date(lastIssue.atMs).toISOString();
    findings.push({
      severity: 'warning',
      code,
      message: `${displayName} ${advice} The last token was refused for that at ${at}.`,
    });
  }
  return findings;
}

function blamed({ kind, blames }: ProviderError): Trouble | undefined {
  return kind === 'credentials-refused' && blames !== undefined ? TROUBLE_BY_BLAME[blames] : undefined;
}

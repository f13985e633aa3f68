import type { DomainName } from './domain-name.ts';

/** Everything that can go wrong with a call to a provider. Closed: every rung above translates exactly these. */
export const PROVIDER_ERROR_KINDS = [
  'credentials-refused',
  'rate-limited',
  'asked-too-often',
  'unreachable',
  'timed-out',
  'failed',
  'broke-contract',
  'bad-request',
  'user-id-refused',
  'user-unknown',
  'user-banned',
  'password-refused',
  'user-limit-reached',
  'app-unavailable',
  'conflict',
  'unknown-code',
  'held-back',
  'circuit-open',
  'app-paused',
  'address-refused',
  'user-exists',
] as const;
export type ProviderErrorKind = (typeof PROVIDER_ERROR_KINDS)[number];

interface KindFacts {
  readonly sentence: string;
  /** Whether the same call may succeed later without anybody mending anything. */
  readonly retryable: boolean;
  /** Whether the provider may have done what it was asked, although we did not get an answer that we can use. */
  readonly mayHaveExecuted: boolean;
}

const FACTS = {
  'credentials-refused': {
    sentence: 'The provider refuses the key or the secret of this app.',
    retryable: false,
    mayHaveExecuted: false,
  },
  'rate-limited': { sentence: 'The provider was called too often.', retryable: true, mayHaveExecuted: false },
  'asked-too-often': {
    sentence: 'An app token was asked for less than a minute ago, and may not be asked for again yet.',
    retryable: true,
    mayHaveExecuted: false,
  },
  unreachable: { sentence: 'The provider cannot be reached.', retryable: true, mayHaveExecuted: true },
  'timed-out': { sentence: 'The provider did not answer in time.', retryable: true, mayHaveExecuted: true },
  failed: { sentence: 'The provider failed inside.', retryable: true, mayHaveExecuted: true },
  'broke-contract': {
    sentence: 'The answer of the provider is not what its documentation promises.',
    retryable: false,
    mayHaveExecuted: true,
  },
  'bad-request': { sentence: 'The provider refuses the call as wrong.', retryable: false, mayHaveExecuted: false },
  'user-id-refused': {
    sentence: 'The provider does not take this user id.',
    retryable: false,
    mayHaveExecuted: false,
  },
  'user-unknown': { sentence: 'The provider does not know this user.', retryable: false, mayHaveExecuted: false },
  'user-banned': { sentence: 'The provider has banned this user.', retryable: false, mayHaveExecuted: false },
  'password-refused': { sentence: 'The provider refuses this password.', retryable: false, mayHaveExecuted: false },
  'user-limit-reached': {
    sentence: 'The account has all the users that its plan allows.',
    retryable: false,
    mayHaveExecuted: false,
  },
  'app-unavailable': {
    sentence: 'The provider has locked this account, this call or this address.',
    retryable: false,
    mayHaveExecuted: false,
  },
  conflict: {
    sentence: 'The provider is working on the same user for another call.',
    retryable: true,
    mayHaveExecuted: false,
  },
  'unknown-code': {
    sentence: 'The provider refused with a code that its documentation does not have.',
    retryable: false,
    mayHaveExecuted: true,
  },
  'held-back': {
    sentence: 'No call to the provider was free before the deadline.',
    retryable: true,
    mayHaveExecuted: false,
  },
  'circuit-open': {
    sentence: 'The provider failed again and again and is not called for a moment.',
    retryable: true,
    mayHaveExecuted: false,
  },
  'app-paused': {
    sentence: 'The provider refused the credentials three times, so it is asked only once a minute.',
    retryable: true,
    mayHaveExecuted: false,
  },
  'address-refused': {
    sentence: 'The host of the provider has an address that this app may not call.',
    retryable: false,
    mayHaveExecuted: false,
  },
  'user-exists': {
    sentence: 'The provider has a user of this id already.',
    retryable: false,
    mayHaveExecuted: false,
  },
} as const satisfies Record<ProviderErrorKind, KindFacts>;

/** The part of an account that an answer calls wrong. */
export type BlamedCredential = 'app-key' | 'secret' | 'client-id' | 'app-token';

/** What is known of one failure beyond its kind; what is left out is the kind's own. */
export interface ProviderErrorFacts {
  /** A sentence of ours that says more than the kind's. Never a provider's text, and no value that was sent. */
  readonly detail?: string;
  readonly retryable?: boolean;
  readonly mayHaveExecuted?: boolean;
  readonly retryAfterMs?: number;
  readonly httpStatus?: number;
  readonly providerCode?: string;
  readonly systemCode?: string;
  readonly serverDateMs?: number;
  readonly blames?: BlamedCredential;
  readonly failedDomain?: DomainName;
}

/**
 * The one error of every call to a provider. Its message is a sentence of ours and it has no `cause`: a provider's text,
 * a URL, a header or a body could hold a secret, so none of them gets into it.
 */
export class ProviderError extends Error {
  readonly kind: ProviderErrorKind;
  /** Whether the same call may succeed later without anybody mending anything. */
  readonly retryable: boolean;
  /** Whether the provider may have done what it was asked: an upper bound, never a guess in our favour. */
  readonly mayHaveExecuted: boolean;
  /** How long to wait before the next try, where that is known. */
  readonly retryAfterMs: number | undefined;
  readonly httpStatus: number | undefined;
  /** The provider's own code: a number, or a name out of its documentation. */
  readonly providerCode: string | undefined;
  /** The code of the operating system or of the HTTP client, such as `ECONNREFUSED`. */
  readonly systemCode: string | undefined;
  /** The provider's clock when it refused, where its answer told; whole seconds. */
  readonly serverDateMs: number | undefined;
  /** The sentence of ours that says more than the kind's. */
  readonly detail: string | undefined;
  readonly #facts: ProviderErrorFacts;
  /** Which credential is wrong, where the answer tells. */
  readonly blames: BlamedCredential | undefined;
  /** The domain whose failure it is, which whoever calls next had better avoid. */
  readonly failedDomain: DomainName | undefined;

  constructor(kind: ProviderErrorKind, facts: ProviderErrorFacts = {}) {
    const { sentence, retryable, mayHaveExecuted } = FACTS[kind];
    super(facts.detail === undefined ? sentence : `${sentence} ${facts.detail}`);
    this.name = 'ProviderError';
    this.kind = kind;
    this.retryable = facts.retryable ?? retryable;
    this.mayHaveExecuted = facts.mayHaveExecuted ?? mayHaveExecuted;
    this.retryAfterMs = facts.retryAfterMs;
    this.httpStatus = facts.httpStatus;
    this.providerCode = facts.providerCode;
    this.systemCode = facts.systemCode;
    this.blames = facts.blames;
    this.failedDomain = facts.failedDomain;
    this.serverDateMs = facts.serverDateMs;
    this.detail = facts.detail;
    this.#facts = facts;
  }

  /** The same failure, with more known of it. */
  with(facts: ProviderErrorFacts): ProviderError {
    return new ProviderError(this.kind, { ...this.#facts, ...facts });
  }
}

import { ProviderError } from './provider-error.ts';

/** What became of a base URL: the origin that calls go to, or the sentence of the rule that it breaks. */
type CheckedBaseUrl = { readonly ok: true; readonly origin: string } | { readonly ok: false; readonly rule: string };

/**
 * Holds a base URL against the one rule that there is for them, and repeats nothing of it. Signature headers and app
 * tokens are as good as the secret itself, so they travel over https; plain http is for the sandbox, on a loopback
 * address.
 */
export const checkBaseUrl = (text: string): CheckedBaseUrl => {
  // `new URL` would throw an error that repeats its input.
  const url = URL.parse(text);
  const isPlainOrigin = url !== null && url.href === `${url.origin}/`;
  if (!isPlainOrigin) return refused('The base URL must be a scheme, a host and perhaps a port, nothing more.');
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackUrl(url));
  if (!isSafe) return refused('The base URL must be https; http only on 127.0.0.1, [::1] or localhost.');
  return { ok: true, origin: url.origin };
};

/**
 * Whether a URL names this machine: an address of 127.0.0.0/8, `[::1]`, or `localhost`. Names below `localhost` are not
 * counted: a resolver may look them up elsewhere.
 */
export const isLoopbackUrl = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);

/**
 * The origin that calls go to, by {@link checkBaseUrl}.
 * @throws ProviderError bad-request, with the rule
 */
export const readBaseUrl = (baseUrl: string): string => {
  const checked = checkBaseUrl(baseUrl);
  if (!checked.ok) throw new ProviderError('bad-request', { detail: checked.rule });
  return checked.origin;
};

/**
 * The origins of an account, the primary first.
 * @throws ProviderError bad-request, with the rule
 */
export const readOrigins = ({
  baseUrl,
  backupBaseUrl,
}: {
  readonly baseUrl: string;
  readonly backupBaseUrl?: string | undefined;
}): readonly [string, ...string[]] => [
  readBaseUrl(baseUrl),
  ...(backupBaseUrl === undefined ? [] : [readBaseUrl(backupBaseUrl)]),
];

const refused = (rule: string): CheckedBaseUrl => ({ ok: false, rule });

import { ProviderError } from './provider-error.ts';

/**
 * The origin that calls go to. Signature headers and app tokens are as good as the secret itself, so they travel over
 * https; plain http is for the sandbox, on a loopback address.
 * @throws ProviderError bad-request, with the rule
 */
export const readBaseUrl = (baseUrl: string): string => {
  // `new URL` would throw an error that repeats its input.
  const url = URL.parse(baseUrl);
  const isPlainOrigin = url !== null && url.href === `${url.origin}/`;
  if (!isPlainOrigin) throw refused('The base URL must be a scheme, a host and perhaps a port, nothing more.');
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  if (!isSafe) throw refused('The base URL must be https; http only on 127.0.0.1, [::1] or localhost.');
  return url.origin;
};

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);

const refused = (detail: string): ProviderError => new ProviderError('bad-request', { detail });

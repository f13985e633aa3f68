import { isIP } from 'node:net';

import { type AddressRange, rangeOf } from './address-range.ts';
import { ProviderError } from './provider-error.ts';

/** What an app's settings say of where it may be called. */
export interface PlacePolicy {
  readonly allowPlainHttp: boolean;
  readonly allowPrivateAddresses: boolean;
}

/** What became of a base URL: the origin that calls go to, or the rule that it breaks, as `must …`. */
type CheckedBaseUrl = { readonly ok: true; readonly origin: string } | { readonly ok: false; readonly rule: string };

const STRICT: PlacePolicy = { allowPlainHttp: false, allowPrivateAddresses: false };

const RULES = {
  unreadable: 'must be a URL that names a scheme and a host, such as https://api.example.com.',
  user: 'must have no user name and no password.',
  origin: 'must end with its host or its port: no path, no query, no fragment.',
  port: 'must have a port from 1 to 65535 in plain digits, or none.',
  host: 'must name its host in plain form: letters, digits, hyphens and dots, no dot at the end, other letters as xn--; an address as four decimal numbers, or as IPv6 in its shortest form.',
  scheme: 'must be https; plain http only on 127.0.0.1, [::1] or localhost, or where the app says allowPlainHttp.',
  private: 'must not be a private address, unless the app says allowPrivateAddresses.',
  reserved: 'must not be an address that is reserved, or a metadata service of a cloud.',
} as const;

/**
 * Holds a base URL against the rules that there are for them, and repeats nothing of it. Signature headers and app tokens
 * are as good as the secret itself, so they travel over https; plain http is for the sandbox, on a loopback address, and
 * for who says so. The URL parser would read much more than is taken here (`https:\0x7f.1`): what it would have to rewrite
 * is refused, save for capital letters, the scheme's own port and one slash at the end.
 */
export const checkBaseUrl = (text: string, policy: PlacePolicy = STRICT): CheckedBaseUrl => {
  // `new URL` would throw an error that repeats its input.
  const url = URL.parse(text);
  const rule = url === null ? brokenBySyntax(text) : (brokenByForm(text, url) ?? brokenByPolicy(url, policy));
  return rule === undefined && url !== null
    ? { ok: true, origin: url.origin }
    : { ok: false, rule: rule ?? RULES.unreadable };
};

/** A port is the only part whose own rule can be named when the parser takes nothing. */
const brokenBySyntax = (text: string): string =>
  /^https?:\/\/[a-z0-9.-]+:\d+\/?$/i.test(text) ? RULES.port : RULES.unreadable;

const brokenByForm = (text: string, url: URL): string | undefined => {
  if (url.username !== '' || url.password !== '') return RULES.user;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return RULES.scheme;
  const [, authority, rest] = /^https?:\/\/([^/\\?#]*)(.*)$/is.exec(text) ?? [];
  if (authority === undefined || /[\s\p{Cc}]/u.test(text)) return RULES.unreadable;
  if (rest !== '' && rest !== '/') return RULES.origin;
  // An empty user name is one that the parser drops.
  if (authority.includes('@')) return RULES.user;
  const [, host, , port] = /^(\[[^\]]*\]|[^:]*)(:(.*))?$/s.exec(authority) ?? [];
  if (port !== undefined && !/^[1-9]\d{0,4}$/.test(port)) return RULES.port;
  const isPlain = host?.toLowerCase() === url.hostname && !url.hostname.endsWith('.') && HOST.test(url.hostname);
  return isPlain ? undefined : RULES.host;
};

/** Labels without empty ones between them, or an IPv6 address; the parser has seen to the rest. */
const HOST = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:]+\])$/;

const brokenByPolicy = (url: URL, { allowPlainHttp, allowPrivateAddresses }: PlacePolicy): string | undefined => {
  if (url.protocol === 'http:' && !isLoopbackUrl(url) && !allowPlainHttp) return RULES.scheme;
  const host = bareHost(url.hostname);
  if (isIP(host) === 0) return undefined;
  const range = rangeOf(host);
  if (mayCall(url.hostname, range, allowPrivateAddresses)) return undefined;
  return range === 'reserved' ? RULES.reserved : RULES.private;
};

/**
 * Whether a host of a base URL may be called at an address of this range. A host that names loopback is never called
 * elsewhere: plain http was allowed for it because of that. Others are called there only where private addresses are
 * allowed, and nobody is called at a reserved one.
 */
export const mayCall = (host: string, range: AddressRange, allowPrivateAddresses: boolean): boolean => {
  if (isLoopbackHost(host)) return range === 'loopback';
  return range === 'public' || (allowPrivateAddresses && range !== 'reserved');
};

/**
 * Whether a URL names this machine: an address of 127.0.0.0/8, `[::1]`, or `localhost`. Names below `localhost` are not
 * counted: a resolver may look them up elsewhere.
 */
export const isLoopbackUrl = ({ hostname }: Pick<URL, 'hostname'>): boolean => isLoopbackHost(hostname);

const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || bareHost(host) === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/** Without the brackets of an IPv6 address. */
const bareHost = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

/**
 * The origins of an account, the primary first.
 * @throws ProviderError bad-request, with the rule
 */
export const readOrigins = ({
  baseUrl,
  backupBaseUrl,
  settings,
}: {
  readonly baseUrl: string;
  readonly backupBaseUrl?: string | undefined;
  readonly settings?: PlacePolicy;
}): readonly [string, ...string[]] => [
  readBaseUrl('The base URL', baseUrl, settings),
  ...(backupBaseUrl === undefined ? [] : [readBaseUrl('The backup base URL', backupBaseUrl, settings)]),
];

const readBaseUrl = (subject: string, text: string, policy: PlacePolicy | undefined): string => {
  const checked = checkBaseUrl(text, policy);
  if (!checked.ok) throw new ProviderError('bad-request', { detail: `${subject} ${checked.rule}` });
  return checked.origin;
};

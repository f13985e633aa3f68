import { CliError } from './cli-error.ts';

/** As at the providers' base URLs: names below `localhost` do not count, since a resolver may look them up elsewhere. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|::1)$/;

/** Checks a server's URL, and returns it without a slash at its end. Throws `USAGE`; a password in it is not repeated. */
export function readServerUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new CliError(
      'USAGE',
      'The URL of the server must begin with http:// or https://, as http://127.0.0.1:7788 does.',
    );
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new CliError(
      'USAGE',
      'The URL of the server holds more than host, port and path: leave user, password, ? and # out.',
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** Whether two URLs name one server. `localhost` and `127.0.0.1` may be two, and so do not count as the same. */
export function sameServer(one: string, other: string): boolean {
  return readServerUrl(one) === readServerUrl(other);
}

/** Whether what is sent to this URL can be read on the way: plain HTTP to another machine. */
export function isReadableOnTheWay(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopbackHost(hostname);
}

/** Whether a host name or address can be reached from this machine only. */
export function isLoopbackHost(host: string): boolean {
  return LOOPBACK.test(host);
}

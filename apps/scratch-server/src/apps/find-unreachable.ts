import type { FindingCode } from '@immint/contracts';
import type { ProviderError } from '@immint/providers';

interface Unreachable {
  readonly code: FindingCode;
  readonly advice: string;
}

const HOST_UNKNOWN: Unreachable = {
  code: 'HOST_UNKNOWN',
  advice: 'has a host name that this server cannot look up: check the base URL, and the DNS of this server.',
};
const REFUSED: Unreachable = {
  code: 'CONNECTION_REFUSED',
  advice: 'has nothing listening at this address and port: check the base URL, and whether a firewall refuses.',
};
const TIMED_OUT: Unreachable = {
  code: 'TIMED_OUT',
  advice: 'did not take the connection in time: check whether a firewall drops what this server sends.',
};
const CUT: Unreachable = {
  code: 'UNREACHABLE',
  advice: 'cut the connection before it answered: check for a proxy or firewall in between, then try again.',
};

/** What the operating system and the HTTP client call it when there is no connection. */
const BY_SYSTEM_CODE: ReadonlyMap<string, Unreachable> = new Map([
  ['ENOTFOUND', HOST_UNKNOWN],
  ['EAI_AGAIN', HOST_UNKNOWN],
  ['EAI_FAIL', HOST_UNKNOWN],
  ['ENODATA', HOST_UNKNOWN],
  ['ECONNREFUSED', REFUSED],
  ['ETIMEDOUT', TIMED_OUT],
  ['UND_ERR_CONNECT_TIMEOUT', TIMED_OUT],
  ['ECONNRESET', CUT],
  ['EPIPE', CUT],
  ['UND_ERR_SOCKET', CUT],
]);

/** Node.js and OpenSSL have a code for each way in which a certificate or a handshake can fail. */
const TLS_CODE = /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|EPROTO)/;

const TLS_FAILED: Unreachable = {
  code: 'TLS_FAILED',
  advice:
    'cannot be trusted: its certificate or the TLS handshake is wrong. Check the base URL, this server’s clock and certificates, and for a proxy that opens TLS.',
};

/** Why there is no connection, as far as the error's code tells. */
export function findUnreachable({ kind, systemCode }: ProviderError): Unreachable | undefined {
  if (kind !== 'unreachable' || systemCode === undefined) return undefined;
  return BY_SYSTEM_CODE.get(systemCode) ?? (TLS_CODE.test(systemCode) ? TLS_FAILED : undefined);
}

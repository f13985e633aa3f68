import { contentLength, type JsonCall, onTheWire, type SdkFixture, sha1Hex } from './replay.ts';

/** Requests of the official Nexconn Node SDK, which sends through axios. */
export function nexconnNode(secret = 'sandbox-nexconn-secret'): SdkFixture<JsonCall> {
  return {
    sdk: 'Nexconn Node 0.1.0',
    stated: [
      'nexconn 8: User-Agent nexconn-sdk-node/0.1.0',
      'nexconn 8: Content-Type application/json',
      'nexconn 8: Nonce, 7 random bytes as a decimal number of up to 17 digits',
      'nexconn 8: Timestamp in milliseconds',
      'nexconn 8: Signature, lower-case hex SHA-1',
      'nexconn 8: X-Request-ID, a UUID v4 with dashes',
    ],
    // Order, Accept, Accept-Encoding and Connection were recorded from axios 1.
    assumed: ['axios 1: other versions send other headers of their own'],
    toBytes({ path, json }) {
      const nonce = '72057594037927935';
      const timestamp = '1760000000123';
      const body = JSON.stringify(json);
      return onTheWire(
        `POST ${path} HTTP/1.1`,
        [
          'Accept: application/json, text/plain, */*',
          'Content-Type: application/json',
          'User-Agent: nexconn-sdk-node/0.1.0',
          'App-Key: sandbox-nexconn',
          'X-Request-ID: 7c9e6679-7425-40de-944b-e07fc1f90ae7',
          `Nonce: ${nonce}`,
          `Timestamp: ${timestamp}`,
          `Signature: ${sha1Hex(secret, nonce, timestamp)}`,
          contentLength(body),
          'Accept-Encoding: gzip, compress, deflate, br',
          'Host: 127.0.0.1:7790',
          'Connection: keep-alive',
        ],
        body,
      );
    },
  };
}

import { contentLength, type JsonCall, onTheWire, type SdkFixture, sha1Hex } from './replay.ts';

/** Requests of the official Nexconn Go SDK (`ncsdk`). Its request id is shaped like a UUID but has no version in it. */
export function nexconnGo(secret = 'sandbox-nexconn-secret'): SdkFixture<JsonCall> {
  return {
    sdk: 'Nexconn Go 0.1.2',
    stated: [
      'nexconn 8: User-Agent nexconn-sdk-go/0.1.2',
      'nexconn 8: Content-Type and Accept application/json',
      'nexconn 8: Nonce below 999999999999999999, up to 18 digits',
      'nexconn 8: Timestamp in milliseconds',
      'nexconn 8: X-Request-ID, 16 random bytes dashed 8-4-4-4-12 without version bits',
    ],
    assumed: [
      'order of the headers: Go writes Host, User-Agent and Content-Length first, then by name',
      'Accept-Encoding: gzip',
    ],
    toBytes({ path, json }) {
      const nonce = '999999999999999998';
      const timestamp = '1760000000456';
      // Go's encoder ends the body with a line feed.
      const body = `${JSON.stringify(json)}\n`;
      return onTheWire(
        `POST ${path} HTTP/1.1`,
        [
          'Host: 127.0.0.1:7790',
          'User-Agent: nexconn-sdk-go/0.1.2',
          contentLength(body),
          'Accept: application/json',
          'App-Key: sandbox-nexconn',
          'Content-Type: application/json',
          `Nonce: ${nonce}`,
          `Signature: ${sha1Hex(secret, nonce, timestamp)}`,
          `Timestamp: ${timestamp}`,
          'X-Request-Id: ffffffff-ffff-ffff-ffff-ffffffffffff',
          'Accept-Encoding: gzip',
        ],
        body,
      );
    },
  };
}

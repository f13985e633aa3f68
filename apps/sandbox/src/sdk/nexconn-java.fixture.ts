import { contentLength, type JsonCall, onTheWire, type SdkFixture, sha1Hex } from './replay.ts';

/** Requests of the official Nexconn Java SDK, which sends through OkHttp. */
export function nexconnJava(secret = 'sandbox-nexconn-secret'): SdkFixture<JsonCall> {
  return {
    sdk: 'Nexconn Java 0.1.1',
    stated: [
      'nexconn 8: User-Agent nexconn-sdk-java/0.1.1',
      'nexconn 8: Content-Type application/json',
      'nexconn 8: Nonce below 10^18, up to 18 digits',
      'nexconn 8: Timestamp in milliseconds',
      'nexconn 8: X-Request-ID sent, format not checked',
    ],
    assumed: [
      'order of the headers',
      'charset in the Content-Type, as OkHttp adds it to texts',
      'X-Request-ID as a UUID',
      'Connection and Accept-Encoding as OkHttp 4 sends them by itself',
    ],
    toBytes({ path, json }) {
      const nonce = '123456789012345678';
      const timestamp = '1760000000789';
      const body = JSON.stringify(json);
      return onTheWire(
        `POST ${path} HTTP/1.1`,
        [
          'Accept: application/json',
          'App-Key: sandbox-nexconn',
          `Nonce: ${nonce}`,
          `Timestamp: ${timestamp}`,
          `Signature: ${sha1Hex(secret, nonce, timestamp)}`,
          'X-Request-ID: 7c9e6679-7425-40de-944b-e07fc1f90ae7',
          'User-Agent: nexconn-sdk-java/0.1.1',
          'Content-Type: application/json; charset=utf-8',
          contentLength(body),
          'Host: 127.0.0.1:7790',
          'Connection: Keep-Alive',
          'Accept-Encoding: gzip',
        ],
        body,
      );
    },
  };
}

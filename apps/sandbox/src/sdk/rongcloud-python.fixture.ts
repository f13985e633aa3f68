import { contentLength, type FormCall, onTheWire, type SdkFixture, sha1Hex } from './replay.ts';

/** Requests of the official Python SDK: what it renders goes out as it is, in UTF-8 and without any encoding. */
export function rongcloudPython(secret = 'sandbox-rongcloud-secret'): SdkFixture<FormCall> {
  return {
    sdk: 'RongCloud Python 3.1.9',
    stated: [
      'rongcloud 9: User-Agent rc-python-sdk/3.1.1',
      'rongcloud 9: Nonce by randint(0, 1e9)',
      'rongcloud 9: Timestamp in seconds',
      'rongcloud 9: Connection: close',
      'rongcloud 9: Body not URL-encoded; the form type by urllib, JSON type only when the body parses as JSON',
      'rongcloud 9: Recorded Python body',
    ],
    // Order and the other headers were recorded from Python 3.11's urllib.
    assumed: [],
    toBytes(call) {
      const nonce = '719885386';
      const timestamp = '1760000004';
      const isJson = 'json' in call;
      const body = isJson ? JSON.stringify(call.json) : call.form.map((pair) => pair.join('=')).join('&');
      return onTheWire(
        `POST ${call.path} HTTP/1.1`,
        [
          'Accept-Encoding: identity',
          ...(isJson ? [] : ['Content-Type: application/x-www-form-urlencoded']),
          contentLength(body),
          'Host: 127.0.0.1:7790',
          'App-Key: sandbox-rongcloud',
          `Nonce: ${nonce}`,
          `Timestamp: ${timestamp}`,
          `Signature: ${sha1Hex(secret, nonce, timestamp)}`,
          'User-Agent: rc-python-sdk/3.1.1',
          ...(isJson ? ['Content-Type: application/json'] : []),
          'Connection: close',
        ],
        body,
      );
    },
  };
}

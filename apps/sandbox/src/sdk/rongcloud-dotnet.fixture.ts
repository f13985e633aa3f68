import { contentLength, type FormCall, onTheWire, type SdkFixture, sha1Hex } from './replay.ts';

/** Requests of the official .NET SDK: HTTP/1.0 and an upper-case signature. */
export function rongcloudDotnet(secret = 'sandbox-rongcloud-secret'): SdkFixture<FormCall> {
  return {
    sdk: 'RongCloud .NET',
    stated: [
      'rongcloud 9: HTTP library HttpWebRequest, HTTP/1.0',
      'rongcloud 9: User-Agent none special',
      'rongcloud 9: Nonce by Random.Next(), at most 10 digits',
      'rongcloud 9: Timestamp in seconds',
      'rongcloud 9: Signature in UPPER case',
    ],
    assumed: [
      'order of the headers',
      'no Connection header',
      'values encoded by Uri.EscapeDataString: the caller encodes',
    ],
    toBytes(call) {
      const nonce = '1144108930';
      const timestamp = '1760000005';
      const body =
        'json' in call
          ? JSON.stringify(call.json)
          : call.form.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
      return onTheWire(
        `POST ${call.path} HTTP/1.0`,
        [
          'App-Key: sandbox-rongcloud',
          `Nonce: ${nonce}`,
          `Timestamp: ${timestamp}`,
          `Signature: ${sha1Hex(secret, nonce, timestamp).toUpperCase()}`,
          `Content-Type: ${'json' in call ? 'application/json' : 'application/x-www-form-urlencoded'}`,
          'Host: 127.0.0.1:7790',
          contentLength(body),
        ],
        body,
      );
    },
  };
}

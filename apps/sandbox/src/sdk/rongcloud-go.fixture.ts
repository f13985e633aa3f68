import { contentLength, type FormCall, onTheWire, type SdkFixture, sha1Hex } from './replay.ts';

/** Go's `url.QueryEscape`: all but letters, digits, `-`, `_`, `.` and `~`; a space becomes `+`. */
function queryEscape(text: string): string {
  return encodeURIComponent(text)
    .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

/** Requests of the official Go SDK. `secret` and `names` are for the calls that are to fail, and for its later headers. */
export function rongcloudGo(
  { secret, prefix }: { readonly secret: string; readonly prefix: '' | 'RC-' } = {
    secret: 'sandbox-rongcloud-secret',
    prefix: '',
  },
): SdkFixture<FormCall> {
  return {
    sdk: 'RongCloud Go 4.0.7',
    stated: [
      'rongcloud 9: User-Agent rc-go-sdk/4.0.7',
      'rongcloud 9: Nonce, a decimal of up to 19 digits',
      'rongcloud 9: Timestamp in seconds',
      'rongcloud 9: Signature in lower case',
      'rongcloud 9: X-Request-Id, a UUID v4 with dashes',
      'rongcloud 9: connection kept alive',
      'rongcloud 9: Body by url.QueryEscape, parameters in random order',
      'rongcloud 2: header alias with RC- in front',
      'rongcloud 6: JSON bodies for tags',
    ],
    assumed: [
      'order of the headers: Go writes Host, User-Agent and Content-Length first, then by name',
      'Accept-Encoding: gzip',
    ],
    toBytes(call) {
      const nonce = '5577006791947779410';
      const timestamp = '1760000001';
      const body =
        'json' in call ? JSON.stringify(call.json) : call.form.map((pair) => pair.map(queryEscape).join('=')).join('&');
      const type = 'json' in call ? 'application/json' : 'application/x-www-form-urlencoded';
      return onTheWire(
        `POST ${call.path} HTTP/1.1`,
        [
          'Host: 127.0.0.1:7790',
          'User-Agent: rc-go-sdk/4.0.7',
          contentLength(body),
          `Content-Type: ${type}`,
          `${prefix}App-Key: sandbox-rongcloud`,
          `${prefix}Nonce: ${nonce}`,
          `${prefix}Signature: ${sha1Hex(secret, nonce, timestamp)}`,
          `${prefix}Timestamp: ${timestamp}`,
          'X-Request-Id: 0f8fad5b-d9cb-469f-a165-70867728950e',
          'Accept-Encoding: gzip',
        ],
        body,
      );
    },
  };
}

import { contentLength, type FormCall, onTheWire, type SdkFixture, sha1Hex } from './replay.ts';

/** PHP's `urlencode`: all but letters, digits, `-`, `_` and `.`; a space becomes `+`. */
function urlencode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

/** Requests of the official PHP SDK. curl writes its own header lines without a space after the colon. */
export function rongcloudPhp(secret = 'sandbox-rongcloud-secret'): SdkFixture<FormCall> {
  return {
    sdk: 'RongCloud PHP 3.4.2',
    stated: [
      'rongcloud 9: User-Agent rc-php-sdk/3.4.2',
      'rongcloud 9: Nonce by mt_rand()',
      'rongcloud 9: Timestamp in seconds',
      'rongcloud 9: X-Request-ID of 32 lower-case hex characters',
      'rongcloud 9: HTTP library curl, connection as curl has it',
      'rongcloud 9: Body by urlencode, repeated keys',
    ],
    // Recorded from curl 7.88 with the same options.
    assumed: ['Expect: 100-continue for bodies over 1,024 bytes, as curl sent it before version 8'],
    toBytes(call) {
      const nonce = '1804289383';
      const timestamp = '1760000003';
      const body =
        'json' in call ? JSON.stringify(call.json) : call.form.map((pair) => pair.map(urlencode).join('=')).join('&');
      const type = 'json' in call ? 'application/json' : 'application/x-www-form-urlencoded';
      return onTheWire(
        `POST ${call.path} HTTP/1.1`,
        [
          'Host: 127.0.0.1:7790',
          'User-Agent: rc-php-sdk/3.4.2',
          'Accept: */*',
          'App-Key:sandbox-rongcloud',
          `Nonce:${nonce}`,
          `Timestamp:${timestamp}`,
          `Signature:${sha1Hex(secret, nonce, timestamp)}`,
          'X-Request-ID:0f8fad5bd9cb469fa16570867728950e',
          `Content-Type:${type}`,
          contentLength(body),
          ...(Buffer.byteLength(body) > 1_024 ? ['Expect: 100-continue'] : []),
        ],
        body,
      );
    },
  };
}

import { contentLength, type FormCall, onTheWire, type SdkFixture, sha1Hex } from './replay.ts';

/** Java's `URLEncoder`: all but letters, digits, `-`, `_`, `.` and `*`; a space becomes `+`. */
function urlEncode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

/**
 * Requests of the official Java SDK: `Math.random() * 1000000` as its nonce. Java 17 printed the nonces given here.
 * A comma in a value is `raw` where the SDK leaves it so.
 */
export function rongcloudJava({
  secret = 'sandbox-rongcloud-secret',
  nonce = '878027.0867103012',
  appKey = 'sandbox-rongcloud',
}: {
  readonly secret?: string;
  readonly nonce?: string;
  readonly appKey?: string;
} = {}): SdkFixture<FormCall & { readonly isRaw?: boolean }> {
  return {
    sdk: 'RongCloud Java 4.0.11',
    stated: [
      'rongcloud 9: User-Agent rc-java-sdk/4.0.11',
      'rongcloud 9: Nonce, a double with a point, and with E- when it is small',
      'rongcloud 9: Timestamp in seconds',
      'rongcloud 9: X-Request-ID of 32 hex characters without dashes',
      'rongcloud 9: Connection: close',
      'rongcloud 9: Body by URLEncoder',
      'rongcloud 6: reactivate sends the comma raw, deactivate and delusers encode or join',
    ],
    // Order, Cache-Control, Pragma and Accept were recorded from Java 17's own HttpURLConnection.
    assumed: ['Host and Accept as Java 17 writes them; other Java versions differ in Accept'],
    toBytes(call) {
      const timestamp = '1760000002';
      const encode = call.isRaw === true ? (text: string): string => text : urlEncode;
      const body =
        'json' in call ? JSON.stringify(call.json) : call.form.map((pair) => pair.map(encode).join('=')).join('&');
      const type = 'json' in call ? 'application/json' : 'application/x-www-form-urlencoded';
      return onTheWire(
        `POST ${call.path} HTTP/1.1`,
        [
          `App-Key: ${appKey}`,
          `Nonce: ${nonce}`,
          `Timestamp: ${timestamp}`,
          `Signature: ${sha1Hex(secret, nonce, timestamp)}`,
          'User-Agent: rc-java-sdk/4.0.11',
          `Content-Type: ${type}`,
          'Connection: close',
          'X-Request-ID: 0f8fad5bd9cb469fa16570867728950e',
          'Cache-Control: no-cache',
          'Pragma: no-cache',
          'Host: 127.0.0.1:7790',
          'Accept: text/html, image/gif, image/jpeg, */*; q=0.2',
          contentLength(body),
        ],
        body,
      );
    },
  };
}

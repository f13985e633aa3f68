import { onTheWire, type RestCall, type SdkFixture } from './replay.ts';

/**
 * Requests of Easemob's Java SDK 1.x, which sends through reactor-netty: JSON in chunks, without a Content-Type. Once
 * it has an app token, it puts it on every call, those for user tokens too.
 */
export const easemobJava1: SdkFixture<RestCall> = {
  sdk: 'Easemob Java 1.x',
  stated: [
    'easemob 9: User-Agent EasemobServerSDK/{version}',
    'easemob 9: Content-Type not sent, body chunked JSON',
    'easemob 9: Accept not set',
    'easemob 9: Authorization added to all calls',
  ],
  assumed: ['order and case of the header names', 'one chunk a body', 'Content-Length: 0 on calls without a body'],
  toBytes({ method, path, json, appToken }) {
    const body = json === undefined ? null : JSON.stringify(json);
    return onTheWire(
      `${method} /sandbox-org/sandbox-app${path} HTTP/1.1`,
      [
        'User-Agent: EasemobServerSDK/0.8.57',
        'host: 127.0.0.1:7790',
        ...(appToken === undefined ? [] : [`Authorization: Bearer ${appToken}`]),
        ...(body === null ? (method === 'GET' ? [] : ['content-length: 0']) : ['transfer-encoding: chunked']),
      ],
      body === null ? '' : `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    );
  },
};

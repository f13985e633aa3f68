import { contentLength, onTheWire, type RestCall, type SdkFixture } from './replay.ts';

/** Requests of Easemob's Java SDK 2.x, which sends through OkHttp. */
export const easemobJava2: SdkFixture<RestCall> = {
  sdk: 'Easemob Java 2.x',
  stated: [
    'easemob 9: User-Agent Easemob-ServerSDK2.0_Java_1.0.6',
    'easemob 9: Content-Type application/json',
    'easemob 9: Accept */* on token',
    'easemob 9: Authorization as a default header',
    'easemob 9: Register, always an array',
  ],
  assumed: [
    'order of the headers',
    'Accept application/json elsewhere',
    'Connection and Accept-Encoding as OkHttp sends them',
  ],
  toBytes({ method, path, json, appToken }) {
    const body = json === undefined ? '' : JSON.stringify(json);
    return onTheWire(
      `${method} /sandbox-org/sandbox-app${path} HTTP/1.1`,
      [
        ...(appToken === undefined ? [] : [`Authorization: Bearer ${appToken}`]),
        `Accept: ${path === '/token' ? '*/*' : 'application/json'}`,
        'User-Agent: Easemob-ServerSDK2.0_Java_1.0.6',
        ...(method === 'GET' ? [] : ['Content-Type: application/json', contentLength(body)]),
        'Host: 127.0.0.1:7790',
        'Connection: Keep-Alive',
        'Accept-Encoding: gzip',
      ],
      body,
    );
  },
};

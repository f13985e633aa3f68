import { describe, expect, test } from 'vitest';

import { easemobJava1 } from './easemob-java-1.fixture.ts';
import { easemobJava2 } from './easemob-java-2.fixture.ts';
import { nexconnGo } from './nexconn-go.fixture.ts';
import { nexconnJava } from './nexconn-java.fixture.ts';
import { nexconnNode } from './nexconn-node.fixture.ts';
import { rongcloudDotnet } from './rongcloud-dotnet.fixture.ts';
import { rongcloudGo } from './rongcloud-go.fixture.ts';
import { rongcloudJava } from './rongcloud-java.fixture.ts';
import { rongcloudPhp } from './rongcloud-php.fixture.ts';
import { rongcloudPython } from './rongcloud-python.fixture.ts';

const FORM_SDKS = [rongcloudGo(), rongcloudJava(), rongcloudPhp(), rongcloudPython(), rongcloudDotnet()];
const JSON_SDKS = [nexconnNode(), nexconnGo(), nexconnJava()];
const REST_SDKS = [easemobJava1, easemobJava2];

describe('every replayed SDK', () => {
  test.each([...FORM_SDKS, ...JSON_SDKS, ...REST_SDKS])(
    '$sdk names a line of its sheet for what it sends',
    ({ stated }) => {
      expect(stated.length).toBeGreaterThan(3);
      for (const line of stated) expect(line).toMatch(/^(?:rongcloud|nexconn|easemob) \d+: ./);
    },
  );

  test('the bytes of one of them, to be compared by eye', () => {
    const request = rongcloudDotnet().toBytes({ path: '/user/checkOnline.json', form: [['userId', 'u1']] });
    expect(request.toString('utf8').split('\r\n')).toEqual([
      'POST /user/checkOnline.json HTTP/1.0',
      'App-Key: sandbox-rongcloud',
      'Nonce: 1144108930',
      'Timestamp: 1760000005',
      expect.stringMatching(/^Signature: [\dA-F]{40}$/),
      'Content-Type: application/x-www-form-urlencoded',
      'Host: 127.0.0.1:7790',
      'Content-Length: 9',
      '',
      'userId=u1',
    ]);
  });
});

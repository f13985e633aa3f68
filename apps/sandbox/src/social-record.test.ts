import { expect, test } from 'vitest';

import { blankSocialRecord, SocialRecord } from './social-record.ts';

test('what an older version wrote is read, without remarks and push pause', () => {
  const { remarks: _remarks, pushPause: _pushPause, ...older } = blankSocialRecord('u1');
  expect(SocialRecord.parse(older)).toEqual(blankSocialRecord('u1'));
});

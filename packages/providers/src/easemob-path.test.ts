import { expect, test } from 'vitest';

import { toEasemobPath } from './easemob-path.ts';
import { failureOf } from './testing/provider-suite.ts';

const pathOf = (values: { org_name?: string; app_name?: string; username?: string; resource_id?: string }) =>
  toEasemobPath('disconnectDevice', {
    org_name: 'org',
    app_name: 'app',
    username: 'u1',
    resource_id: 'device',
    ...values,
  });
const PLACES = { org_name: 1, app_name: 2, username: 4, resource_id: 6 } as const;
const places = ['org_name', 'app_name', 'username', 'resource_id'] as const;

test('a path is filled in with its values', () => {
  expect(pathOf({})).toBe('/org/app/users/u1/disconnect/device');
});

test.each(places)('%s is one segment, whatever stands in it', (place) => {
  for (const value of ['a/b', '../..', '%2F', '%2e%2e', 'a?b', 'a#b', 'a\\b', 'a b', '名', '...', 'a:b@c', '//']) {
    const path = pathOf({ [place]: value });
    expect(decodeURIComponent(path.split('/')[PLACES[place]] ?? '')).toBe(value);
    // Read as a browser or a proxy would, it is still the same path.
    expect(new URL(path, 'https://host.example').pathname).toBe(path);
    expect(path.split('/')).toHaveLength(7);
  }
});

test.each(places)('%s is refused where it would be no segment or another', async (place) => {
  for (const value of ['', '.', '..', '\ud800'])
    expect(await failureOf(Promise.resolve().then(() => pathOf({ [place]: value })))).toMatchObject({
      kind: place === 'username' ? 'user-id-refused' : 'bad-request',
    });
});

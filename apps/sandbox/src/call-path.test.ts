import { expect, test } from 'vitest';

import { matchPath, meansCall, meansRequest, toCallPath } from './call-path.ts';

const TOKEN = '/{org_name}/{app_name}/token';

test('a request target loses its query and its double slashes', () => {
  expect(toCallPath('//user//getToken.json?x=/y//z')).toBe('/user/getToken.json');
  expect(toCallPath('*')).toBe('/*');
});

test('names in a path are percent-decoded, and taken as they are where that fails', () => {
  const template = '/{org_name}/{app_name}/users/{username}/activate';
  expect(matchPath(template, '/o/a/users/%61b/activate')).toEqual({ org_name: 'o', app_name: 'a', username: 'ab' });
  expect(matchPath(template, '/o/a/users/%E0%A4%A/activate')).toMatchObject({ username: '%E0%A4%A' });
  expect(matchPath(template, '/o/a/users//activate')).toBeNull();
  expect(matchPath(template, '/o/a/users/u')).toBeNull();
});

test('a path in a fault means a call by its template, by its end, or by one path of it', () => {
  for (const path of [TOKEN, '/{org}/{app}/token', '/token', '/o/a/token']) expect(meansCall(path, TOKEN)).toBe(true);
  for (const path of ['/users', '/a/token', '/o/a/b/token']) expect(meansCall(path, TOKEN)).toBe(false);
  expect(meansRequest('/o/a/token', TOKEN, '/o/a/token')).toBe(true);
  expect(meansRequest('/o/a/token', TOKEN, '/o/b/token')).toBe(false);
});

test('a request line with a whole URL means its path', () => {
  expect(toCallPath('http://127.0.0.1:7790/user/getToken.json?a=1')).toBe('/user/getToken.json');
  expect(toCallPath('HTTPS://api.example//user/info.json')).toBe('/user/info.json');
  expect(toCallPath('http://127.0.0.1:7790')).toBe('/');
});

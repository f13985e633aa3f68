import { providers } from '@immint/providers';
import { describe, expect, test } from 'vitest';
import { isSamePlace, resolvePlace } from './place.ts';

const { rongcloud, easemob } = providers;

describe('where a provider is called', () => {
  test('a data centre by its name is its documented host', () => {
    expect(resolvePlace(rongcloud, { dataCenter: 'beijing' })).toEqual({
      baseUrl: 'https://api.rong-api.com',
      dataCenter: 'beijing',
    });
  });

  test.each([
    ['https://a1.easemob.com', 'https://a1.easemob.com'],
    ['https://a1.easemob.com/', 'https://a1.easemob.com'],
    ['http://127.0.0.1:7790', 'http://127.0.0.1:7790'],
    ['http://localhost:7790', 'http://localhost:7790'],
    ['http://[::1]:7790', 'http://[::1]:7790'],
  ])('%s is taken', (baseUrl, expected) => {
    expect(resolvePlace(easemob, { baseUrl })).toEqual({ baseUrl: expected });
  });

  test.each([
    ['neither a data centre nor a base URL', {}],
    ['both', { dataCenter: 'beijing', baseUrl: 'https://api.rong-api.com' }],
    ['a data centre of another name', { dataCenter: 'mars' }],
    ['a name that every object has', { dataCenter: 'constructor' }],
    ['plain http to elsewhere', { baseUrl: 'http://api.rong-api.com' }],
    ['a host that only begins like loopback', { baseUrl: 'http://127.0.0.1.attacker.example' }],
    ['a user name', { baseUrl: 'https://user@api.rong-api.com' }],
    ['a path', { baseUrl: 'https://api.rong-api.com/user' }],
    ['a query', { baseUrl: 'https://api.rong-api.com/?a=b' }],
    ['another scheme', { baseUrl: 'file:///etc/passwd' }],
    ['no URL', { baseUrl: 'api.rong-api.com' }],
  ])('%s is refused', (_what, written) => {
    expect(() => resolvePlace(rongcloud, written)).toThrow(expect.objectContaining({ reason: 'INPUT_INVALID' }));
  });

  test('a base URL that cannot be read is not repeated', () => {
    expect(() => resolvePlace(rongcloud, { baseUrl: 'https://made-up-secret@' })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('made-up-secret') }),
    );
  });
});

test('the sandbox is one place on whatever port; anything else is another place', () => {
  const at = (baseUrl: string) => ({ baseUrl });
  expect(isSamePlace(at('http://127.0.0.1:7790'), at('http://127.0.0.1:9'))).toBe(true);
  expect(isSamePlace(at('https://api.rong-api.com'), at('https://api.rong-api.com'))).toBe(true);
  expect(isSamePlace(at('https://api.rong-api.com'), at('http://127.0.0.1:9'))).toBe(false);
  expect(isSamePlace(at('https://api.rong-api.com'), at('https://api.sg-light-api.com'))).toBe(false);
});

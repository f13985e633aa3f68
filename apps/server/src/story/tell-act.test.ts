import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WrittenAct } from '@immint/db';
import { expect, test } from 'vitest';
import { ISSUE_REASONS } from '../tokens/issue-reason.ts';
import { tellAct } from './tell-act.ts';

const act = (action: string, detail: WrittenAct['detail'] = {}, more: Partial<WrittenAct> = {}): WrittenAct => ({
  id: 1,
  atMs: 1_795_000_000_000,
  actor: 'key-1',
  action,
  requestId: null,
  detail,
  isOfApp: false,
  ...more,
});

const sentence = (...args: Parameters<typeof act>) => tellAct(act(...args), 'rongcloud').sentence;

test('an issue names the token and why it was asked for', () => {
  expect(tellAct(act('token.issue', { generation: 2, fingerprint: 'fp_2', why: 'reported' }), 'rongcloud')).toEqual({
    atMs: 1_795_000_000_000,
    actor: 'key-1',
    action: 'token.issue',
    sentence: 'The provider gave generation 2 (fp_2), because a device had reported the one before.',
    fingerprint: 'fp_2',
    generation: 2,
    requestId: null,
  });
  for (const why of ISSUE_REASONS)
    expect(sentence('token.issue', { why })).toMatch(/^The provider gave a token, .+\.$/);
});

test('what an earlier version wrote down is told as far as it goes', () => {
  expect(sentence('token.issue')).toBe('The provider gave a token.');
  expect(sentence('token.issue', { why: 'no-such-reason', generation: '2' })).toBe('The provider gave a token.');
});

test('an issue ahead names its job', () => {
  expect(sentence('token.issue', { why: 'first' }, { requestId: 'job_12' })).toBe(
    'The provider gave a token, the first of this user, ahead, for job 12.',
  );
});

test('a report says what the code of the client SDK means, at this provider', () => {
  const report = (providerCode: number | null) =>
    sentence('token.report', { fingerprint: 'fp_1', generation: 1, providerCode });
  expect(report(31_020)).toBe(
    'A device reported generation 1 (fp_1) as refused by the provider, with code 31020 (RC_CONN_TOKEN_EXPIRED): the token has expired.',
  );
  expect(report(424_242)).toContain('with code 424242, which is in no table.');
  expect(report(null)).toContain('without a code of the client SDK.');
});

test('a discard of one user and one of a whole app are told apart', () => {
  expect(sentence('token.discard')).toBe('The stored copy was discarded: the next obtain issues a new token.');
  expect(sentence('token.discard', { issuedBeforeMs: 1_795_000_000_999 }, { isOfApp: true })).toBe(
    'All stored copies of this app from before 2026-11-18T11:06:40Z were discarded.',
  );
});

test('a revoke of the user and one of all users are told apart', () => {
  expect(sentence('token.revoke')).toContain('The user’s tokens were revoked');
  expect(sentence('token.revoke-all')).toContain('The tokens of all users of the app were revoked');
  expect(sentence('token.unbar-all')).toContain('of all users of the app was lifted');
});

test('a cut-over is told by its steps', () => {
  expect(sentence('app.cutOverSecret', { step: 'begun' })).toContain('began');
  expect(sentence('app.cutOverSecret', { step: 'ended', result: 'new-secret-refused' })).toContain('ended without it');
  expect(sentence('app.cutOverSecret', { step: 'ended', result: 'done' })).toContain('is in force');
});

test('what a newer version wrote down is named', () => {
  expect(sentence('token.teleport')).toBe(
    'Something was done that this version of the server has no words for: token.teleport.',
  );
});

test('a name that every object has is no act', () => {
  expect(sentence('constructor')).toContain('no words for: constructor.');
});

/** The sources of what runs, of the server and the database. */
function sources(): string[] {
  const folders = ['../../src', '../../../../packages/db/src'].map((path) =>
    fileURLToPath(new URL(path, new URL('.', import.meta.url))),
  );
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('.test') && !file.includes('testing'))
      .map((file) => readFileSync(join(folder, file), 'utf8')),
  );
}

test('whatever the server writes down of users and apps has its sentence', () => {
  const written = new Set(
    sources()
      .flatMap((text) => text.split('\n'))
      .filter((line) => line.includes('action: '))
      .flatMap((line) => [...line.matchAll(/'((?:token|app|user)\.[\w-]+)'/g)].map(([, action]) => action ?? '')),
  );
  expect(written).toContain('token.issue');
  expect(written).toContain('token.revoke-and-bar');
  expect([...written].filter((action) => sentence(action).includes('no words for'))).toEqual([]);
});

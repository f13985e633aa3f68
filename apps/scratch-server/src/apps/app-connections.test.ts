import type { AppRecord } from '@immint/db';
import { NO_USER_CALLS } from '@immint/providers';
import type { ChatProvider } from '@immint/providers';
import { Secret } from '@immint/secrets';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createAppConnections, describe as describeRecord } from './app-connections.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function recordOf(changes: Partial<AppRecord> = {}): AppRecord {
  return {
    id: 1,
    name: 'chat',
    provider: 'rongcloud',
    appKey: 'key',
    baseUrl: 'https://one.example',
    secretEpoch: 1,
    settings: {},
    createdAtMs: 1,
    discardedBeforeMs: null,
    updatedAtMs: 1,
    ...changes,
  };
}

function openConnections() {
  const opened: string[] = [];
  const closed: string[] = [];
  const connections = createAppConnections(({ record }, secret): ChatProvider => {
    const name = `${record.id} at ${record.updatedAtMs} with ${secret.reveal()}`;
    opened.push(name);
    return {
      issueToken: () => Promise.reject(new Error('not asked here')),
      checkCredentials: async () => ({ serverDateMs: undefined, isRemembered: false }),
      profiles: undefined,
      revocation: undefined,
      users: NO_USER_CALLS,
      close: async () => void closed.push(name),
    };
  });
  const connect = (changes?: Partial<AppRecord>, secret = 'a') =>
    connections.connect(describeRecord(recordOf(changes)), async () => Secret.of(secret));
  return { connections, connect, opened, closed };
}

test('an app that stays as it is has one connection, however many ask at once', async () => {
  const { connect, opened } = openConnections();
  const chats = await Promise.all([connect(), connect(), connect()]);
  expect(new Set(chats).size).toBe(1);
  expect(opened).toEqual(['1 at 1 with a']);
});

test('a changed app is connected anew, and the old connection closes when nobody can still be using it', async () => {
  const { connect, opened, closed } = openConnections();
  await connect();
  await connect({ updatedAtMs: 2 }, 'b');
  expect(opened).toEqual(['1 at 1 with a', '1 at 2 with b']);
  await vi.advanceTimersByTimeAsync(59_999);
  expect(closed).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(closed).toEqual(['1 at 1 with a']);
});

test('one that cannot be made is not kept: the next call tries again', async () => {
  const { connections, connect, opened } = openConnections();
  const app = describeRecord(recordOf());
  await expect(connections.connect(app, () => Promise.reject(new Error('unreadable')))).rejects.toThrow('unreadable');
  await connect();
  expect(opened).toHaveLength(1);
});

test('closing closes all, also those that were waiting to be closed', async () => {
  const { connections, connect, closed } = openConnections();
  await connect();
  await connect({ updatedAtMs: 2 });
  await connect({ id: 2 });
  await connections.close();
  expect(closed.toSorted()).toEqual(['1 at 1 with a', '1 at 2 with a', '2 at 1 with a']);
});

import { NameUsersInput, RegisterUsersInput } from '@immint/contracts';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { run } from '../../run.ts';
import { startApiDouble } from '../../testing/api-double.ts';
import { createTestTerminal } from '../../testing/test-terminal.ts';

const done = (userId: string) => ({ userId, done: true, reason: null, message: null });
const notDone = (userId: string, reason: string) => ({ userId, done: false, reason, message: 'Mend it.' });

describe('immint user ban', () => {
  it.each([
    ['all done', [done('u1'), done('u2')], EXIT.done],
    ['one not done', [done('u1'), notDone('u2', 'USER_UNKNOWN')], EXIT.no],
    ['none done, for two reasons', [notDone('u1', 'USER_UNKNOWN'), notDone('u2', 'PROVIDER_TIMEOUT')], EXIT.no],
    ['none done, for one', [notDone('u1', 'PROVIDER_TIMEOUT'), notDone('u2', 'PROVIDER_TIMEOUT')], EXIT.unreachable],
  ])('ends with what became of the users: %s', async (_what, users, exitCode) => {
    const server = await startApiDouble();
    server.answer('user.ban', { app: 'rc', users });
    const terminal = createTestTerminal();
    const argv = ['user', 'ban', 'rc', 'u1', 'u2', '--minutes', '60', '--url', server.url];

    expect(await run(argv, terminal)).toBe(exitCode);

    expect(server.calls[0]?.input).toEqual({ app: 'rc', userIds: ['u1', 'u2'], minutes: 60 });
    expect(terminal.written()).toMatch(/^USER +BANNED +WHY NOT\nu1 /);
    expect(terminal.said()).toContain(`server: ${server.url}`);
  });

  it('names at most 500 users in a call, and answers about all of them', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal();
    const userIds = Array.from({ length: 1_001 }, (_, index) => `u${index}`);

    expect(await run(['user', 'unban', 'rc', ...userIds, '--json', '--url', server.url], terminal)).toBe(EXIT.done);

    const sizes = server.calls.map(({ input }) => NameUsersInput.parse(input).userIds.length);
    expect(sizes).toEqual([500, 500, 1]);
    expect(JSON.parse(terminal.written())).toMatchObject({ app: 'rc', users: [{}, {}, {}] });
  });
});

describe('immint user register', () => {
  it('sends a password that was asked for without showing it, and none where nobody gave one', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal();
    const argv = ['user', 'register', 'em', 'u1', '--url', server.url];
    void terminal.until('password: ').then(() => terminal.type('made-up-password\r'));

    expect(await run([...argv, '--password-prompt'], terminal)).toBe(EXIT.done);
    expect(await run(argv, createTestTerminal())).toBe(EXIT.done);

    expect(server.calls.map(({ input }) => input)).toEqual([
      { app: 'em', users: [{ userId: 'u1', password: 'made-up-password' }] },
      { app: 'em', users: [{ userId: 'u1' }] },
    ]);
    expect(terminal.said() + terminal.written()).not.toContain('made-up-password');
  });

  it('sends a file sixty users at a time', async () => {
    const server = await startApiDouble();
    const piped = ['userId', ...Array.from({ length: 61 }, (_, index) => `u${index}`)].join('\n');

    await run(['user', 'register', 'em', '--file', '-', '--url', server.url], createTestTerminal({ piped }));

    expect(server.calls.map(({ input }) => RegisterUsersInput.parse(input).users.length)).toEqual([60, 1]);
  });

  it.each([
    [[], /Name one user, or give many/],
    [['u1', '--file', 'users.csv'], /exactly one/],
    [['--file', 'users.csv', '--nickname', 'x'], /columns of the file/],
  ])('refuses %j before it calls', async (args, sentence) => {
    const server = await startApiDouble();
    const terminal = createTestTerminal();

    expect(await run(['user', 'register', 'em', ...args, '--url', server.url], terminal)).toBe(EXIT.usage);

    expect(terminal.said()).toMatch(sentence);
    expect(server.calls).toEqual([]);
  });
});

describe('immint user delete', () => {
  it('wants the id once more', async () => {
    const server = await startApiDouble();
    const argv = ['user', 'delete', 'em', 'u1', '--url', server.url];

    expect(await run(argv, createTestTerminal({ piped: '' }))).toBe(EXIT.usage);
    expect(await run([...argv, '--confirm', 'u2'], createTestTerminal())).toBe(EXIT.usage);
    expect(server.calls).toEqual([]);
    expect(await run([...argv, '--confirm', 'u1'], createTestTerminal())).toBe(EXIT.done);
  });
});

describe('immint user password', () => {
  it('takes no password as an argument', async () => {
    const terminal = createTestTerminal();

    expect(await run(['user', 'password', 'em', 'u1', '--password=hunter2'], terminal)).toBe(EXIT.usage);

    expect(terminal.said()).not.toContain('hunter2');
  });
});

describe('immint user update', () => {
  it('wants something that changes', async () => {
    expect(await run(['user', 'update', 'rc', 'u1'], createTestTerminal())).toBe(EXIT.usage);
  });
});

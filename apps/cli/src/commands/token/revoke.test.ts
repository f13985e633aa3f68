import { describe, expect, it } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { run } from '../../run.ts';
import { REVOKED, REVOKED_ALL } from '../../testing/api-answers.ts';
import { startApiDouble } from '../../testing/api-double.ts';
import { createTestTerminal } from '../../testing/test-terminal.ts';

const [DELIVERED] = REVOKED.users;

describe('immint token revoke', () => {
  it.each([
    [['delivered', 'delivered'], EXIT.done],
    [['delivered', 'pending'], EXIT.tryLater],
    [['pending', 'failed'], EXIT.no],
    [['unsupported'], EXIT.no],
    [['delivered', null], EXIT.no],
  ])('of users whose provider is %j ends with %i', async (states, exitCode) => {
    const server = await startApiDouble();
    server.answer('token.revoke', { ...REVOKED, users: states.map((state) => ({ ...DELIVERED, state })) });
    const terminal = createTestTerminal();

    expect(await run(['token', 'revoke', 'rc', 'jlk456j5', '--bar', '--url', server.url], terminal)).toBe(exitCode);

    expect(server.calls[0]?.input).toEqual({ app: 'rc', userIds: ['jlk456j5'], bar: true });
    expect(terminal.said()).toContain(REVOKED.effect);
    expect(terminal.said()).toContain('connections that are open stay open');
  });

  it('says when no documentation promises that tokens end', async () => {
    const server = await startApiDouble();
    server.answer('token.revoke', { ...REVOKED, verified: false });
    const terminal = createTestTerminal();

    await run(['token', 'revoke', 'rc', 'jlk456j5', '--quiet', '--url', server.url], terminal);

    expect(terminal.said()).toContain('no documentation promises');
  });

  it('promises and doubts nothing about a call that the provider does not have', async () => {
    const server = await startApiDouble();
    const users = [{ ...DELIVERED, state: 'unsupported' }];
    server.answer('token.revoke', { ...REVOKED, verified: false, users });
    const terminal = createTestTerminal();

    await run(['token', 'revoke', 'rc', 'jlk456j5', '--url', server.url], terminal);

    expect(terminal.said()).toContain(REVOKED.effect);
    expect(terminal.said()).not.toContain('no documentation promises');
  });

  it('refuses nobody, and everybody together with somebody, before it calls', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal();

    for (const verb of ['revoke', 'unbar']) {
      expect(await run(['token', verb, 'rc', '--url', server.url], terminal)).toBe(EXIT.usage);
      expect(await run(['token', verb, 'rc', 'u1', '--all', '--url', server.url], terminal)).toBe(EXIT.usage);
    }

    expect(server.calls).toEqual([]);
  });

  it('of all users says by which job the provider is told and how long it takes, and ends with 75', async () => {
    const server = await startApiDouble();
    server.answer('token.revoke', REVOKED_ALL);
    const terminal = createTestTerminal();

    expect(await run(['token', 'revoke', 'rc', '--all', '--bar', '--url', server.url], terminal)).toBe(EXIT.tryLater);

    expect(server.calls[0]?.input).toEqual({ app: 'rc', all: true, bar: true });
    expect(terminal.written()).toContain('users          20000\n');
    expect(terminal.written()).toContain('is told by job 7, about 13 s\n');
    expect(terminal.said()).toContain('immint job show 7 --watch');
  });

  it('of all users of an app without any ends with 0', async () => {
    const server = await startApiDouble();
    server.answer('token.revoke', {
      ...REVOKED_ALL,
      all: { ...REVOKED_ALL.all, users: 0, job: null, estimatedMs: null },
    });

    expect(await run(['token', 'revoke', 'rc', '--all', '--url', server.url], createTestTerminal())).toBe(EXIT.done);
  });

  it('of all users is undone for the bar alone, and single users are told that they stay out', async () => {
    const server = await startApiDouble();
    const answer = { app: 'rc', appBarred: false, appWasBarred: true, users: [] };
    server.answer('token.unbar', answer);
    const terminal = createTestTerminal();

    await run(['token', 'unbar', 'rc', '--all', '--url', server.url], terminal);
    server.answer('token.unbar', { ...answer, appBarred: true, appWasBarred: null });
    await run(['token', 'unbar', 'rc', 'u1', '--url', server.url], terminal);

    expect(server.calls[0]?.input).toEqual({ app: 'rc', all: true });
    expect(terminal.written()).toContain('was barred  yes');
    expect(terminal.said()).toContain('the whole app is barred');
  });
});

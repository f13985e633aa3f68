import { describe, expect, it } from 'vitest';
import { EXIT } from '../../exit-code.ts';
import { run } from '../../run.ts';
import { REVOKED } from '../../testing/api-answers.ts';
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

  it('does not speak of what the provider promises where it was told nothing', async () => {
    const server = await startApiDouble();
    const users = REVOKED.users.map((user) => ({ ...user, state: 'unsupported' as const }));
    server.answer('token.revoke', { ...REVOKED, verified: false, users });
    const terminal = createTestTerminal();

    await run(['token', 'revoke', 'rc', 'jlk456j5', '--url', server.url], terminal);

    expect(terminal.said()).not.toContain('no documentation promises');
  });

  it('refuses a whole app, and nobody, before it calls', async () => {
    const server = await startApiDouble();
    const terminal = createTestTerminal();

    expect(await run(['token', 'revoke', 'rc', '--all', '--url', server.url], terminal)).toBe(EXIT.usage);
    expect(await run(['token', 'revoke', 'rc', '--url', server.url], terminal)).toBe(EXIT.usage);

    expect(terminal.said()).toMatch(/not there yet: name the users[\s\S]*Name the users/);
    expect(server.calls).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { run } from '../../run.ts';
import { APP } from '../../testing/api-answers.ts';
import { startApiDouble } from '../../testing/api-double.ts';
import { createTestTerminal } from '../../testing/test-terminal.ts';

describe('immint app list', () => {
  it('shows a row for each app', async () => {
    const server = await startApiDouble();
    server.answer('app.list', [APP, { ...APP, app: 'shop', dataCenter: 'beijing', baseUrl: 'https://api.example' }]);
    const terminal = createTestTerminal();

    await run(['app', 'list', '--url', server.url], terminal);

    expect(terminal.written().split('\n').slice(1, 3)).toEqual([
      'easemob-demo  easemob   sandbox-org#sandbox-app  http://127.0.0.1:7790          3',
      'shop          easemob   sandbox-org#sandbox-app  beijing (https://api.example)  3',
    ]);
  });

  it('says what to do when there is none', async () => {
    const server = await startApiDouble();
    server.answer('app.list', []);
    const terminal = createTestTerminal();

    await run(['app', 'list', '--url', server.url], terminal);

    expect(terminal.written()).toBe('');
    expect(terminal.said()).toContain('immint app add --help');
  });
});

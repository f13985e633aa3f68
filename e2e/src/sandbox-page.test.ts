import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startImmint, temporaryFolder } from './processes.ts';
import type { Running } from './processes.ts';
import { runShellBlocks } from './shell.ts';
import type { Tools } from './shell.ts';

const PAGE = readFileSync(new URL('../../docs/sandbox.md', import.meta.url), 'utf8');

/** A block of shell lines, and the JSON block that shows its answer, if one follows. */
interface Shown {
  readonly shell: string;
  readonly answer: unknown;
}

function shownBlocks(): readonly Shown[] {
  const fences = [...PAGE.matchAll(/```(sh|json)\n([\s\S]*?)```/g)].map(([, kind, text = '']) => ({ kind, text }));
  return fences.flatMap(({ kind, text }, index) => {
    if (kind !== 'sh') return [];
    const next = fences[index + 1];
    const answer: unknown = next?.kind === 'json' ? JSON.parse(next.text) : undefined;
    return [{ shell: text, answer }];
  });
}

const ANY_TEXT: unknown = expect.stringMatching(/./);

/** The answer as the page shows it, where a text of "…" stands for any text that is not empty. */
function asShown(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer), (_name, value: unknown) => (value === '…' ? ANY_TEXT : value)) as unknown;
}

let folder: ReturnType<typeof temporaryFolder>;
const running: Running[] = [];
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  for (const process of running.splice(0)) await process.stop();
  folder.remove();
});

async function start(...flags: readonly string[]): Promise<Running> {
  const process = await startImmint(['sandbox', '--port', '0', '--backup-port', '0', ...flags], { cwd: folder.path });
  running.push(process);
  return process;
}

describe('docs/sandbox.md', () => {
  const [first, ...rest] = shownBlocks();

  test.each<Tools>(['those of the machine', 'stand-ins'])(
    'shows commands that work one after another, and their answers (tools: %s)',
    async (tools) => {
      const { url, ready } = await start();
      const atUrl = (shell: string): string =>
        shell.replaceAll('http://127.0.0.1:7790', url).replaceAll('http://127.0.0.1:7791', String(ready['backupUrl']));
      const outputs = await runShellBlocks(
        rest.map(({ shell }) => atUrl(shell)),
        folder.path,
        tools,
      );
      expect(outputs.length).toBeGreaterThan(10);
      expect(outputs.join('\n')).not.toContain('"error"');
      const answered = rest.map(({ answer }, index) => ({ answer, output: outputs[index] ?? '' }));
      const withAnswer = answered.filter(({ answer }) => answer !== undefined);
      expect(withAnswer.length).toBeGreaterThan(5);
      for (const { answer, output } of withAnswer) expect(lastJson(output)).toEqual(asShown(answer));
    },
  );

  test('shows how it starts, and the ready line', async () => {
    expect(first?.shell).toBe('npx pnpm immint sandbox\n');
    const { ready } = await start();
    expect(Object.keys(ready)).toEqual(Object.keys({ ...Object(first?.answer) }));
  });

  test('starts with each profile that it names', async () => {
    const [, section = ''] = PAGE.split('\n## Profiles\n');
    const profiles = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| `([\w-]+)`/gm)].map(([, name = '']) => name);
    expect(profiles).toContain('strict');
    for (const profile of profiles) expect((await start('--profile', profile)).ready['ready']).toBe(true);
  });

  test('names the installer that this repository pins', () => {
    const { packageManager } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      packageManager: string;
    };
    expect(PAGE).toContain(`npx --yes ${packageManager} install`);
  });
});

/** The last JSON document of a text in which objects and lists stand one right behind another. */
function lastJson(text: string): unknown {
  const starts = [0, ...[...text.matchAll(/[}\]](?=[[{])/g)].map(({ index }) => index + 1)];
  const parsed = starts.flatMap((at) => {
    try {
      return [JSON.parse(text.slice(at)) as unknown];
    } catch {
      // Another document follows the one that begins here.
      return [];
    }
  });
  expect(parsed, text).not.toEqual([]);
  return parsed[0];
}

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startImmint, temporaryFolder } from './processes.ts';
import type { Running } from './processes.ts';

/** Runs before everything else in a process and says on standard error what is loaded, whoever asks for it. */
const SAY_WHAT_IS_LOADED = `
  import { registerHooks } from 'node:module';
  import { writeSync } from 'node:fs';
  registerHooks({ load(url, context, next) { writeSync(2, 'loaded ' + url + '\\n'); return next(url, context); } });
`;
const TRACED = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(SAY_WHAT_IS_LOADED)}` };

const ROOT = new URL('../../', import.meta.url).href;

/** Whose file a module is: a package of the registry, or one of this repository by its folder. */
function ownerOf(url: string): string {
  const installed = /node_modules\/\.pnpm\/[^/]+\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
  return installed ?? url.replace(ROOT, '').split('/').slice(0, 2).join('/');
}

function loadedBy(process: Running): readonly string[] {
  const urls = [...process.output().matchAll(/^loaded (?!node:|data:)(\S+)$/gm)].map(([, url = '']) => url);
  return [...new Set(urls.map(ownerOf))].toSorted();
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

async function start(...args: readonly string[]): Promise<Running> {
  const process = await startImmint(args, { cwd: folder.path, env: TRACED });
  running.push(process);
  return process;
}

describe('immint sandbox stands alone', () => {
  test('it loads neither the server nor a database, nor what they are made of', async () => {
    const sandbox = await start('sandbox', '--port', '0', '--backup-port', '0');
    expect((await fetch(`${sandbox.url}/_sandbox/journal`)).status).toBe(200);
    expect(loadedBy(sandbox)).toEqual([
      // What every command line loads before it knows which command it is; @trpc/server is a part of @trpc/client.
      '@trpc/client',
      '@trpc/server',
      'apps/cli',
      'apps/sandbox',
      'commander',
      'eventsource',
      'eventsource-parser',
      'packages/client',
      'packages/contracts',
      'packages/signer',
      'yocto-spinner',
      'yoctocolors',
      'zod',
    ]);
  });

  test('and with --data-dir, where it keeps state in files of its own', async () => {
    const sandbox = await start('sandbox', '--port', '0', '--backup-port', '0', '--data-dir', 'kept');
    expect(loadedBy(sandbox)).toContain('apps/sandbox');
    const foreign = /apps\/server|packages\/(?:db|providers|secrets)|undici|fastify|drizzle|pglite|postgres|pino/;
    expect(loadedBy(sandbox).filter((owner) => foreign.test(owner))).toEqual([]);
  });

  test('the trace sees a server and its database where they are loaded', async () => {
    const server = await start('serve', '--port', '0');
    expect(loadedBy(server)).toEqual(
      expect.arrayContaining([
        'apps/server',
        'packages/db',
        'packages/providers',
        'fastify',
        'undici',
        '@electric-sql/pglite',
      ]),
    );
  });
});

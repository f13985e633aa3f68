import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAppStore } from './app-store.ts';
import { openDatabase } from './open-database.ts';
import { refusalOf } from './testing/refusal-of.ts';
import { sampleApp, testAudit, testKeyRing } from './testing/samples.ts';
import { createTokenStore } from './token-store.ts';

let root = '';
/** A database directory to copy: making one takes seconds. */
let template = '';
let templateMode = 0;
let writers: ChildProcess[] = [];
beforeAll(async () => {
  const parent = mkdtempSync(join(tmpdir(), 'immint-embedded-'));
  template = join(parent, 'data', 'database');
  await (await openAt(template)).close();
  templateMode = statSync(template).mode & 0o777;
});
afterAll(() => rmSync(join(template, '..', '..'), { recursive: true }));
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'immint-embedded-'));
});
afterEach(async () => {
  await Promise.all(writers.map((writer) => kill(writer)));
  writers = [];
  rmSync(root, { recursive: true, force: true });
});

/** The path of a database directory that was used before. */
function usedDirectory(): string {
  const directory = join(root, 'database');
  cpSync(template, directory, { recursive: true });
  return directory;
}

const openAt = (directory: string) => openDatabase({ kind: 'embedded', directory });

interface Writer {
  readonly child: ChildProcess;
  /** What it says on standard output, line by line; it ends when the process does. */
  readonly lines: AsyncIterator<string, undefined>;
  readonly appId: number;
}

/** Starts a process that opens the directory and saves tokens; resolves once it has opened it. */
async function startWriter(directory: string): Promise<Writer> {
  const script = fileURLToPath(new URL('testing/write-until-killed.ts', import.meta.url));
  const child = spawn(process.execPath, [script, directory], { stdio: ['pipe', 'pipe', 'inherit'] });
  writers.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  return { child, lines, appId: Number(String(first.value).replace('open ', '')) };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'close');
  child.kill('SIGKILL');
  await gone;
}

describe('a directory', () => {
  test('is made for its owner alone, with the one that it is in', () => {
    expect(templateMode).toBe(0o700);
    expect(statSync(join(template, '..')).mode & 0o777).toBe(0o700);
  });

  test('keeps what was stored', async () => {
    const directory = usedDirectory();
    const first = await openAt(directory);
    const added = await createAppStore(first, testKeyRing).add(sampleApp(), testAudit);
    await first.flush();
    await first.close();

    const second = await openAt(directory);
    expect(await createAppStore(second, testKeyRing).find(added.name)).toEqual(added);
    await second.close();
  });

  test('that is empty is used, and what a first start left half made is thrown away', async () => {
    const directory = join(root, 'database');
    mkdirSync(directory);
    mkdirSync(`${directory}.new/base`, { recursive: true });
    writeFileSync(`${directory}.new/PG_VERSION`, '18\n');
    await (await openAt(directory)).close();
    expect(existsSync(join(directory, 'PG_VERSION'))).toBe(true);
    expect(existsSync(`${directory}.new`)).toBe(false);
  });

  test('that holds something else is left as it is', async () => {
    const directory = join(root, 'database');
    mkdirSync(directory);
    writeFileSync(join(directory, 'thesis.txt'), 'years of work');
    const refusal = await refusalOf(openAt(directory));
    expect(refusal.code).toBe('DATABASE_FOREIGN');
    expect(refusal.message).toContain(directory);
    expect(readFileSync(join(directory, 'thesis.txt'), 'utf8')).toBe('years of work');
  });

  test.each([
    ['below a file', 'file/below/database'],
    ['that is a file', 'file'],
  ])('%s cannot be written, and is named', async (_where, path) => {
    writeFileSync(join(root, 'file'), '');
    const refusal = await refusalOf(openAt(join(root, path)));
    expect(refusal.code).toBe('DATABASE_UNWRITABLE');
    expect(refusal.message).toContain(join(root, path));
  });

  test('in use is refused to this very process too, under whichever name', async () => {
    const directory = usedDirectory();
    const database = await openAt(directory);
    symlinkSync(directory, join(root, 'alias'));
    expect(await refusalOf(openAt(directory))).toMatchObject({ code: 'DATABASE_IN_USE' });
    expect(await refusalOf(openAt(join(root, 'alias')))).toMatchObject({ code: 'DATABASE_IN_USE' });
    await database.ping();
    await database.close();
    await (await openAt(join(root, 'alias'))).close();
  });
});

describe('another process', () => {
  test('that uses the directory is named, and not disturbed', async () => {
    const directory = usedDirectory();
    const { child, lines } = await startWriter(directory);
    const refusal = await refusalOf(openAt(directory));
    expect(refusal.code).toBe('DATABASE_IN_USE');
    expect(refusal.message).toContain(`Process ${child.pid} uses the database directory ${directory}`);
    expect(await lines.next()).toMatchObject({ done: false });
  });

  test('that is killed leaves everything that it acknowledged, and no lock', async () => {
    const directory = usedDirectory();
    for (let round = 0; round < 2; round += 1) {
      const { child, lines, appId } = await startWriter(directory);
      const acknowledged: string[] = [];
      for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
        acknowledged.push(line.value);
        // What the process manages to say before it is dead counts too.
        if (acknowledged.length === 20 + round) child.kill('SIGKILL');
      }
      const database = await openAt(directory);
      const { tokens } = await createTokenStore(database, testKeyRing).list(appId, { limit: 100_000 });
      await database.close();
      const kept = new Set(tokens.map(({ canonicalUserId }) => canonicalUserId));
      expect(acknowledged.length).toBeGreaterThanOrEqual(20);
      expect(acknowledged.filter((canonicalUserId) => !kept.has(canonicalUserId))).toEqual([]);
    }
  });
});

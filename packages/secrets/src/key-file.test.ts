import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeKeyFile, readKeyFile } from './key-file.ts';
import { KeyFileError } from './key-file-error.ts';
import { Secret } from './secret.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'immint-key-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

describe('a new key file', () => {
  test('is for its owner alone and holds one line', () => {
    const path = join(directory, 'key');
    makeKeyFile(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toMatch(/^immint-key-v1 [A-Za-z0-9_-]{43}\n$/);
    expect(readdirSync(directory)).toEqual(['key']);
  });

  test('opens as a ring that seals', () => {
    const path = join(directory, 'key');
    makeKeyFile(path);
    const sealed = readKeyFile(path).keyRing.seal(['purpose'], Secret.of('text'));
    expect(readKeyFile(path).keyRing.open(['purpose'], sealed).reveal()).toBe('text');
  });

  test('never takes the place of one that is there', () => {
    const path = join(directory, 'key');
    makeKeyFile(path);
    const before = readFileSync(path, 'utf8');
    expect(codeOf(() => makeKeyFile(path))).toBe('KEY_FILE_EXISTS');
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(readdirSync(directory)).toEqual(['key']);
  });

  test('that cannot be written is named, and leaves nothing behind', () => {
    expect(codeOf(() => makeKeyFile(join(directory, 'missing', 'key')))).toBe('KEY_FILE_UNWRITABLE');
    expect(readdirSync(directory)).toEqual([]);
  });

  test('for which there is no room is named, and leaves nothing behind', () => {
    const module = JSON.stringify(new URL('key-file.ts', import.meta.url).href);
    const make = `import { makeKeyFile } from ${module}; makeKeyFile(${JSON.stringify(join(directory, 'key'))});`;
    const limited = ['-c', 'ulimit -f 0 && exec "$@"', 'sh', process.execPath, '--input-type=module', '--eval', make];
    const { status, stderr } = spawnSync('sh', limited, { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('KEY_FILE_UNWRITABLE');
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('reading a key file', () => {
  test('names one that is missing', () => {
    expect(codeOf(() => readKeyFile(join(directory, 'key')))).toBe('KEY_FILE_MISSING');
  });

  test('names one that cannot be read', () => {
    mkdirSync(join(directory, 'key'));
    expect(codeOf(() => readKeyFile(join(directory, 'key')))).toBe('KEY_FILE_UNREADABLE');
  });

  test('names one that holds something else, and does not quote it', () => {
    const path = join(directory, 'key');
    writeFileSync(path, 'immint-key-v1 marked-9d');
    const error = thrownBy(() => readKeyFile(path));
    expect(error).toMatchObject({ code: 'KEY_FILE_MALFORMED', path });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain('marked');
  });

  test.each([
    [0o600, false],
    [0o400, false],
    [0o640, true],
    [0o604, true],
    [0o666, true],
  ])('says whether mode %o lets others in', (mode, openToOthers) => {
    const path = join(directory, 'key');
    makeKeyFile(path);
    chmodSync(path, mode);
    expect(readKeyFile(path).openToOthers).toBe(openToOthers);
  });
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

function codeOf(action: () => unknown): string | undefined {
  const error = thrownBy(action);
  expect(error).toBeInstanceOf(KeyFileError);
  return error instanceof KeyFileError ? error.code : undefined;
}

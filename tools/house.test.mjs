// The house rules against code that must pass and code that must not: a rule with a hole looks just like a clean tree.
import { describe, it } from 'node:test';

import { RuleTester } from 'oxlint/plugins-dev';

import house from './house.mjs';

RuleTester.describe = (name, body) => void describe(name, body);
RuleTester.it = (name, body) => void it(name, body);

const tester = new RuleTester({ languageOptions: { sourceType: 'module', parserOptions: { lang: 'ts' } } });

/** Each code in that file: `valid` passes, each `invalid` is reported once. */
const check = (rule, filename, { valid = [], invalid = [] }) =>
  tester.run(`${rule} in ${filename}`, house.rules[rule], {
    valid: valid.map((code) => ({ code, filename })),
    invalid: invalid.map((code) => ({ code, filename, errors: 1 })),
  });

check('no-export-star', 'packages/db/src/index.ts', {
  valid: [`export { openDatabase } from './open-database.ts';`],
  invalid: [`export * from './open-database.ts';`, `export * as database from './open-database.ts';`],
});

const ENVIRONMENT_READS = [
  `process.env;`,
  `process['env'];`,
  'process[`env`];',
  `process?.env;`,
  `(process as Process).env;`,
  `globalThis.process.env;`,
  `globalThis['process'].env;`,
  `const { env } = process;`,
  `const { env: environment } = globalThis.process;`,
  `const { 'env': environment } = process;`,
  `const { process: { env } } = globalThis;`,
  `let env; ({ env } = process);`,
  `function read({ env } = process) { return env; }`,
  `import { env } from 'node:process';`,
  `import { env as environment } from 'process';`,
  `export { env } from 'node:process';`,
  `import system from 'node:process'; system.env;`,
  `import * as system from 'node:process'; const { env } = system;`,
  `import process from 'node:process'; process['env'];`,
  `const { env } = await import('node:process');`,
];
check('no-process-env', 'apps/server/src/start.ts', {
  valid: [
    `process.platform;`,
    `const { platform } = process;`,
    `const env = 'x'; process[env];`,
    `options.env;`,
    `const { env } = options;`,
    `import process from 'node:process'; process.argv;`,
  ],
  invalid: ENVIRONMENT_READS,
});
check('no-process-env', 'apps/server/src/env.ts', { valid: ENVIRONMENT_READS });

const STATIC_IMPORTS = [
  `import { startServer } from '@immint/server';`,
  `import { type AppRouter } from '@immint/server';`,
  `import '@immint/server';`,
  `export { startServer } from '@immint/server';`,
  `export { type AppRouter } from '@immint/server';`,
  `export * from '@immint/sandbox';`,
];
const TYPES_ONLY = [
  `import type { AppRouter } from '@immint/server';`,
  `export type { AppRouter } from '@immint/server';`,
  `export { UserId } from '@immint/contracts';`,
  `const own = 1; export { own };`,
];
const LAZY = ["await import('@immint/server');", 'await import(`@immint/server`);'];
check('apps-are-types-or-lazy', 'apps/cli/src/commands/serve.ts', {
  valid: [...TYPES_ONLY, ...LAZY],
  invalid: STATIC_IMPORTS,
});
check('apps-are-types-or-lazy', 'packages/client/src/index.ts', {
  valid: TYPES_ONLY,
  invalid: [...STATIC_IMPORTS, ...LAZY],
});
check('apps-are-types-or-lazy', 'packages/client/src/client.test.ts', { valid: [...TYPES_ONLY, ...STATIC_IMPORTS] });

const REVELATIONS = [
  `secret.reveal();`,
  `secret?.reveal();`,
  `secret['reveal']();`,
  'secret[`reveal`]();',
  `secret.reveal.bind(secret);`,
  `const { reveal } = secret;`,
  `const { reveal: show } = secret;`,
  `secrets.map((secret) => secret.reveal);`,
];
check('reveal-only-where-needed', 'packages/db/src/app-store.ts', {
  valid: [`secret.equals(other);`, `reveal();`, `const reveal = 'x'; secret[reveal];`],
  invalid: REVELATIONS,
});
check('reveal-only-where-needed', 'apps/server/src/tokens/token-answer.ts', { valid: REVELATIONS });
check('reveal-only-where-needed', 'apps/server/src/tokens/obtain.test.ts', { valid: REVELATIONS });

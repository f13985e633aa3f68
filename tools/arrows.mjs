// The arrows of ARCHITECTURE.md, as a check. `turbo boundaries` refuses an import that package.json does not declare,
// and knip a declared dependency that nothing imports; so what remains is which package may declare which. Without
// this list the sandbox could one day import the adapter it exists to contradict, and every test would stay green.
import { readdirSync, readFileSync } from 'node:fs';

const ALLOWED = {
  contracts: [],
  signer: [],
  secrets: [],
  providers: ['contracts', 'signer', 'secrets'],
  db: ['contracts', 'secrets'],
  server: ['contracts', 'providers', 'db', 'secrets'],
  client: ['contracts', 'server'],
  sandbox: ['contracts', 'signer'],
  cli: ['client', 'contracts', 'signer', 'server', 'sandbox'],
  e2e: ['cli', 'client', 'contracts', 'db', 'sandbox', 'server'],
  bench: ['cli', 'client', 'contracts', 'db', 'e2e', 'sandbox', 'server'],
};

const folders = [
  ...['packages', 'apps'].flatMap((parent) => readdirSync(parent).map((name) => `${parent}/${name}`)),
  'e2e',
  'bench',
];
const problems = [];
for (const folder of folders) {
  const manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const name = manifest.name.replace('@immint/', '');
  const allowed = ALLOWED[name];
  if (allowed === undefined) problems.push(`${folder}: give ${name} its arrows in tools/arrows.mjs`);
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  for (const dependency of declared.filter((key) => key.startsWith('@immint/'))) {
    const target = dependency.replace('@immint/', '');
    if (!allowed?.includes(target)) problems.push(`${folder}: ${name} may not depend on ${target}`);
  }
}
for (const problem of problems) console.error(problem);
console.log(`${folders.length} packages, ${problems.length} forbidden arrows`);
process.exit(problems.length === 0 ? 0 : 1);

import { createAppStore } from '../app-store.ts';
import { openDatabase } from '../open-database.ts';
import { createTokenStore } from '../token-store.ts';
import { sampleApp, sampleToken, testAudit, testKeyRing } from './samples.ts';

// A process of its own: opens the embedded database in the directory of its first argument, and saves tokens, one after
// the other, until it is killed. On standard output: `open <app id>`, then the canonical user id of each saved token.

const [directory = ''] = process.argv.slice(2);

// Whoever started it holds its standard input open, and it does not outlive them.
process.stdin.resume().once('end', () => process.exit());

const database = await openDatabase({ kind: 'embedded', directory });
const name = `app-of-${process.pid}`;
const { id } = await createAppStore(database, testKeyRing).add(sampleApp({ name, appKey: name }), testAudit);
const tokens = createTokenStore(database, testKeyRing);
process.stdout.write(`open ${id}\n`);
for (let count = 0; ; count += 1) {
  const canonicalUserId = `user-${count}`;
  await tokens.save(sampleToken(id, { canonicalUserId }), testAudit);
  process.stdout.write(`${canonicalUserId}\n`);
}

import { createHash } from 'node:crypto';
import process from 'node:process';

// Stands in for `openssl dgst -sha1 -r`, the one use that the documentation makes of it.
if (process.argv.slice(2).join(' ') !== 'dgst -sha1 -r')
  throw new Error('the stand-in for openssl knows one call only');
const hash = createHash('sha1');
for await (const chunk of process.stdin as AsyncIterable<Buffer>) hash.update(chunk);
process.stdout.write(`${hash.digest('hex')} *stdin\n`);

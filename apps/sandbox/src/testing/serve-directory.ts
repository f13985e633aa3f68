import { startSandbox } from '../start-sandbox.ts';

/** A sandbox as a process of its own, to be killed: argument = its directory; prints its address. */
const { url } = await startSandbox({ port: 0, backupPort: 0, dataDir: process.argv[2] ?? '' });
process.stdout.write(`${url}\n`);

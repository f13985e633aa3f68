import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MAIN } from './processes.ts';

const STAND_INS = ['curl', 'openssl'] as const;

/** Whether the shell is to find the machine's own tools first, or our stand-ins for those that it may not have. */
export type Tools = 'those of the machine' | 'stand-ins';

/**
 * Runs blocks of shell lines one after another in one shell, as somebody types them: variables live on, and the first
 * line that fails ends it. Gives what each block wrote to standard output.
 */
export async function runShellBlocks(
  blocks: readonly string[],
  folder: string,
  tools: Tools,
): Promise<readonly string[]> {
  const front = makeTools(folder, 'front', { npx: `shift 2; exec "${process.execPath}" "${MAIN}" "$@"` });
  const standIns = makeTools(
    folder,
    'stand-ins',
    Object.fromEntries(STAND_INS.map((name) => [name, `exec "${process.execPath}" "${standInOf(name)}" "$@"`])),
  );
  const found = process.env['PATH'] ?? '';
  const path = tools === 'stand-ins' ? [front, standIns, found] : [front, found, standIns];
  const outputs = blocks.map((_block, index) => join(folder, `output-${index}`));
  const script = blocks.map((block, index) => `{\n${block}\n} > '${outputs[index]}'\n`).join('');
  const shell = spawn('sh', ['-eu', '-c', script], {
    cwd: folder,
    env: { PATH: path.join(':'), HOME: folder, NO_COLOR: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  shell.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaints += chunk));
  const [code] = (await once(shell, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the shell ended with ${code}: ${complaints}`);
  return outputs.map((output) => readFileSync(output, 'utf8'));
}

/** A folder for PATH with small programs in it. */
function makeTools(folder: string, name: string, programs: Readonly<Record<string, string>>): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [program, line] of Object.entries(programs)) {
    writeFileSync(join(path, program), `#!/bin/sh\n${line}\n`);
    chmodSync(join(path, program), 0o755);
  }
  return path;
}

function standInOf(name: string): string {
  return fileURLToPath(new URL(`./stand-ins/${name}.ts`, import.meta.url));
}

import { CliError } from './cli-error.ts';

/** Names under which people would hand over a secret; what they hold shows in the process list and the shell's history. */
const SECRET_FLAG = /^--?(?:.*(?:secret|passw(?:or)?d|passphrase|api-?key|credential).*|key|pass|token)$/i;

/** Flags of ours that have such a word in their name and hold no secret. */
const HARMLESS_FLAGS: ReadonlySet<string> = new Set(['--secret-file', '--password-prompt', '--allow-permanent-tokens']);

/** Throws `SECRET_IN_ARGUMENT` when an argument looks like a flag for a secret. The value is not repeated. */
export function refuseSecretFlags(argv: readonly string[]): void {
  for (const argument of argv) {
    if (argument === '--') return;
    const flag = argument.split('=', 1)[0] ?? '';
    if (!SECRET_FLAG.test(flag) || HARMLESS_FLAGS.has(flag)) continue;
    throw new CliError(
      'SECRET_IN_ARGUMENT',
      `${nameOf(flag)} is refused: an argument shows in the process list and in the shell's history. ` +
        'Give a secret with --secret-file, on standard input, at the prompt, or in IMMINT_API_KEY or IMMINT_APP_SECRET.',
    );
  }
}

/** After a single dash, what follows the first letter may already be the secret: `-phunter2`. */
function nameOf(flag: string): string {
  return flag.startsWith('--') ? flag : flag.slice(0, 2);
}

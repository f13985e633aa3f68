import { PROVIDER_NAMES } from '@immint/contracts';
import type { ProviderName } from '@immint/contracts';
import { explainSignature, newNonce, SignatureError, signatureHeaders } from '@immint/signer';
import type { CallToSign } from '@immint/signer';
import { Argument, Option } from 'commander';
import type { Command } from 'commander';
import { askSecret } from '../ask-secret.ts';
import { CliError } from '../cli-error.ts';
import { addExamples } from '../examples.ts';
import { wholeNumber } from '../flag-values.ts';
import type { Invocation, Runner } from '../invocation.ts';
import { plainText } from '../plain-text.ts';
import { renderTable } from '../table.ts';

interface SignFlags {
  readonly appKey: string;
  readonly nonce?: string;
  readonly timestamp?: number;
  readonly secretFile?: string;
  readonly explain?: boolean;
}

/** Whether a provider's calls carry a signature at all. */
const SIGNS_CALLS = { rongcloud: true, nexconn: true, easemob: false } as const satisfies Record<ProviderName, boolean>;

/** `immint sign PROVIDER` */
export function addSign(program: Command, runner: Runner): void {
  const command = program
    .command('sign')
    .summary('the signature headers of a hand-made call')
    .description(
      'Prints the four headers that sign one call to RongCloud or Nexconn. Works offline and talks to nobody. The App ' +
        'Secret comes from --secret-file, IMMINT_APP_SECRET, standard input, or is asked for. The headers sign any ' +
        'call, so they are as good as a secret while the provider takes them.',
    )
    .addArgument(new Argument('<provider>', 'whose call it is').choices(PROVIDER_NAMES))
    .requiredOption('--app-key <key>', 'the App Key of the provider’s console')
    .option('--nonce <text>', 'at most 18 characters, new for every call (otherwise random)')
    .addOption(new Option('--timestamp <milliseconds>', 'since 1970 (otherwise now)').argParser(wholeNumber))
    .option('--secret-file <file>', 'the file that holds the App Secret; - for standard input')
    .option('--explain', 'also show step by step, on standard error, how the signature comes about');
  addExamples(command, [
    {
      does: 'for a call to the sandbox',
      line: 'printf %s sandbox-rongcloud-secret | immint sign rongcloud --app-key sandbox-rongcloud',
    },
    {
      does: 'compare with your own signature, step by step',
      line: 'printf %s sandbox-nexconn-secret | immint sign nexconn --app-key sandbox-nexconn --nonce 14314 --timestamp 1408710653000 --explain',
    },
  ]);
  command.action((provider: ProviderName, flags: SignFlags) =>
    runner.run(command, (invocation) => sign(invocation, provider, flags)),
  );
}

async function sign(invocation: Invocation, provider: ProviderName, flags: SignFlags): Promise<void> {
  const { terminal, output } = invocation;
  if (!SIGNS_CALLS[provider]) {
    throw new CliError(
      'USAGE',
      `${provider} does not sign its calls: they carry Authorization: Bearer <app token>. There is nothing to sign here.`,
    );
  }
  const appSecret = await askSecret(terminal, {
    what: 'App Secret',
    file: flags.secretFile,
    variable: 'IMMINT_APP_SECRET',
  });
  const { appKey, nonce = newNonce(), timestamp: timestampMs = terminal.nowMs() } = flags;
  const call: CallToSign = { appKey, appSecret, nonce, timestampMs };

  const headers = withSigningFailures(() => signatureHeaders(call));
  if (flags.explain === true) explain(invocation, call);
  output.answer({ headers }, () => renderHeaders(headers));
}

/** Asked for by a flag, so it is told under `--quiet` too. */
function explain({ terminal }: Invocation, call: CallToSign): void {
  const rows = explainSignature(call).map(({ what, text, bytes }) => [what, text, String(bytes)]);
  terminal.stderr.write(`${renderTable((_style, text) => text, ['STEP', 'TEXT', 'BYTES'], rows)}\n\n`);
}

function renderHeaders(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${plainText(value)}`)
    .join('\n');
}

function withSigningFailures<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof SignatureError) throw new CliError('USAGE', error.message, { cause: error });
    throw error;
  }
}

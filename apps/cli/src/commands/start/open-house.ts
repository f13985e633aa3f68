import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { createImmintClient } from '@immint/client';
import type { ImmintClient } from '@immint/client';
import type { Sandbox, SandboxOptions } from '@immint/sandbox';
import type { RunningServer } from '@immint/server';
import { clientFileIn } from '../../client-file.ts';
import { makeDirectory } from '../../make-directory.ts';
import { present } from '../../present.ts';
import { withStartFailures } from '../../start-failure.ts';
import type { Terminal } from '../../terminal.ts';
import { ensureDemoKey } from './demo-key.ts';
import { sandboxPorts } from './sandbox-ports.ts';
import type { SandboxPorts } from './sandbox-ports.ts';

/** The whole product in one process: server and sandbox, on one data directory. */
export interface House {
  readonly url: string;
  readonly sandboxUrl: string;
  readonly sandboxBackupUrl: string;
  /** Calls the server over HTTP, with the admin key of the demonstration. */
  readonly client: ImmintClient;
  close(): Promise<void>;
}

/** Where the house is to be. A port of 0 is any. */
export interface HouseOptions {
  readonly dataDir: string;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly sandboxPort: number | undefined;
  readonly sandboxBackupPort: number | undefined;
}

/**
 * Starts server and sandbox. The server comes first: it takes the lock on the data directory, so that a second house on
 * the same directory ends there, with the sentence that says so. Throws `CANNOT_START`; nothing is left running then.
 */
export async function openHouse(terminal: Terminal, options: HouseOptions): Promise<House> {
  const server = await startDemoServer(terminal, options);
  try {
    const apiKey = await withStartFailures(() => ensureDemoKey(server, clientFileIn(options.dataDir)));
    const client = createImmintClient({ url: server.url, apiKey });
    const sandbox = await startDemoSandbox(options, client);
    return {
      url: server.url,
      sandboxUrl: sandbox.url,
      sandboxBackupUrl: sandbox.backupUrl,
      client,
      async close() {
        await server.close();
        await sandbox.close();
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** A shell often has a DATABASE_URL, of another product; and what is written goes below the data directory only. */
async function startDemoServer(terminal: Terminal, { dataDir, host, port }: HouseOptions): Promise<RunningServer> {
  const { readServerConfig, startServer } = await import('@immint/server');
  const environment = {
    ...terminal.environment,
    DATABASE_URL: undefined,
    IMMINT_KEY_FILE: undefined,
    IMMINT_LOG_LEVEL: terminal.environment['IMMINT_LOG_LEVEL'] ?? 'warn',
  };
  return withStartFailures(() => {
    const config = readServerConfig(environment, { dataDir, host, port, environment: 'demo' });
    makeDirectory(dataDir);
    return startServer(config, { stderr: terminal.stderr });
  });
}

async function startDemoSandbox(options: HouseOptions, client: ImmintClient): Promise<Sandbox> {
  const { startSandbox } = await import('@immint/sandbox');
  const wanted: SandboxPorts = { port: options.sandboxPort, backupPort: options.sandboxBackupPort };
  const known = sandboxPorts(wanted, await client.app.list.query());
  const startOn = ({ port, backupPort }: SandboxPorts) =>
    startSandbox({
      dataDir: join(options.dataDir, 'sandbox'),
      ...present<SandboxOptions>({ port, backupPort }),
    }).catch((error: unknown) => {
      throw renamed(error);
    });
  return withStartFailures(async () => {
    try {
      return await startOn(known);
    } catch (error) {
      if (isDeepStrictEqual(known, wanted) || !isPortTaken(error)) throw error;
      return startOn(wanted);
    }
  });
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'PORT_TAKEN';
}

/** The sandbox names its own flags in its sentences; here they have another name. */
function renamed(error: unknown): unknown {
  if (error instanceof Error) error.message = error.message.replaceAll(/--(?=(?:backup-)?port)/g, '--sandbox-');
  return error;
}

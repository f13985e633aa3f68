import { ApiError } from '@immint/client';
import type { ImmintClient } from '@immint/client';
import type { AddAppRequest, AppView, UpdateAppInput } from '@immint/contracts';

/** What became of an app of the demonstration. `foreign`: somebody put another account under its name. */
type DemoAppState = 'added' | 'found' | 'moved' | 'moved without its tokens' | 'foreign';

/**
 * Brings an app of the demonstration to where the sandbox listens now, on both its domains, and touches nothing else of it. An app whose App
 * Key is no longer the sandbox's belongs to whoever changed it, and is left alone.
 */
export async function ensureDemoApp(
  client: ImmintClient,
  known: readonly AppView[],
  wanted: AddAppRequest,
): Promise<DemoAppState> {
  const found = known.find((app) => app.app === wanted.app);
  if (found === undefined) {
    await client.app.add.mutate(wanted);
    return 'added';
  }
  if (found.provider !== wanted.provider || found.appKey !== wanted.appKey) return 'foreign';
  const { app, baseUrl, backupBaseUrl, secret } = wanted;
  if (found.baseUrl === baseUrl && found.backupBaseUrl === backupBaseUrl) return 'found';
  return move(client, { app, baseUrl, backupBaseUrl, secret });
}

/** The server drops tokens of an app that moves only if it is told to, and is told only if there are any. */
async function move(client: ImmintClient, input: UpdateAppInput): Promise<DemoAppState> {
  try {
    await client.app.update.mutate(input);
    return 'moved';
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'APP_CHANGE_DROPS_TOKENS') throw error;
    await client.app.update.mutate({ ...input, dropTokens: true });
    return 'moved without its tokens';
  }
}

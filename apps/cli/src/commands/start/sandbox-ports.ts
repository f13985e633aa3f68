import type { AppView } from '@immint/contracts';
import { isLoopbackHost } from '../../server-url.ts';
import { demoAppKeys } from './demo-apps.ts';

/** The ports of the sandbox's two domains; 0 is any, and undefined its own choice. */
export interface SandboxPorts {
  readonly port: number | undefined;
  readonly backupPort: number | undefined;
}

/**
 * The ports for the sandbox. If any will do (0), the one where the stored apps expect it is as good as any other, and
 * spares them a move.
 */
export function sandboxPorts(wanted: SandboxPorts, apps: readonly AppView[]): SandboxPorts {
  const appKeys = demoAppKeys();
  const stored = apps.filter((app) => appKeys.includes(app.appKey));
  return {
    port: wanted.port === 0 ? portAmong(stored.map((app) => app.baseUrl)) : wanted.port,
    backupPort: wanted.backupPort === 0 ? portAmong(stored.map((app) => app.backupBaseUrl)) : wanted.backupPort,
  };
}

function portAmong(urls: readonly (string | null)[]): number {
  const places = urls.filter((url) => url !== null).map((url) => new URL(url));
  const here = places.find((place) => isLoopbackHost(place.hostname) && place.port !== '');
  return here === undefined ? 0 : Number(here.port);
}

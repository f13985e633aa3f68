import type { AppView } from '@immint/contracts';
import { isLoopbackHost } from '../../server-url.ts';
import { demoApps } from './demo-apps.ts';

/**
 * The port for the sandbox. If any will do (0), the one where the stored apps expect it is as good as any other, and
 * spares them a move, which would cost their tokens.
 */
export function sandboxPort(wanted: number | undefined, apps: readonly AppView[]): number | undefined {
  if (wanted !== 0) return wanted;
  const appKeys = demoApps('').map((app) => app.appKey);
  const places = apps.filter((app) => appKeys.includes(app.appKey)).map((app) => new URL(app.baseUrl));
  const here = places.find((place) => isLoopbackHost(place.hostname) && place.port !== '');
  return here === undefined ? wanted : Number(here.port);
}

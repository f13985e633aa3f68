import type { AddAppRequest, ProviderName } from '@immint/contracts';

/** The person for whom the demonstration obtains tokens. */
export const DEMO_USER = { userId: 'jlk456j5', name: 'Ironman' } as const;

/** Where the sandbox listens: its two domains. */
export interface SandboxPlace {
  readonly baseUrl: string;
  readonly backupBaseUrl: string;
}

/** An app of the demonstration, once it is known where the sandbox listens. */
type DemoApp = (place: SandboxPlace) => AddAppRequest;

/** One app at each provider, on the accounts that the sandbox always has. Their secrets are published, and guard nothing. */
const DEMO_APP_BY_PROVIDER: Readonly<Record<ProviderName, DemoApp>> = {
  rongcloud: (place) => ({
    app: 'rongcloud-demo',
    provider: 'rongcloud',
    appKey: 'sandbox-rongcloud',
    secret: 'sandbox-rongcloud-secret',
    ...place,
  }),
  nexconn: (place) => ({
    app: 'nexconn-demo',
    provider: 'nexconn',
    appKey: 'sandbox-nexconn',
    secret: 'sandbox-nexconn-secret',
    ...place,
  }),
  easemob: (place) => ({
    app: 'easemob-demo',
    provider: 'easemob',
    appKey: 'sandbox-org#sandbox-app',
    clientId: 'sandbox-client-id',
    secret: 'sandbox-client-secret',
    ...place,
  }),
};

/** The apps of the demonstration, at a sandbox that listens there. */
export function demoApps(place: SandboxPlace): readonly AddAppRequest[] {
  return Object.values(DEMO_APP_BY_PROVIDER).map((demoApp) => demoApp(place));
}

/** The App Keys that the sandbox always has. */
export function demoAppKeys(): readonly string[] {
  return demoApps({ baseUrl: '', backupBaseUrl: '' }).map(({ appKey }) => appKey);
}

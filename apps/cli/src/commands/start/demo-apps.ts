import type { AddAppRequest, ProviderName } from '@immint/contracts';

/** The person for whom the demonstration obtains tokens. */
export const DEMO_USER = { userId: 'jlk456j5', name: 'Ironman' } as const;

/** An app of the demonstration, once it is known where the sandbox listens. */
type DemoApp = (baseUrl: string) => AddAppRequest;

/** One app at each provider, on the accounts that the sandbox always has. Their secrets are published, and guard nothing. */
const DEMO_APP_BY_PROVIDER: Readonly<Record<ProviderName, DemoApp>> = {
  rongcloud: (baseUrl) => ({
    app: 'rongcloud-demo',
    provider: 'rongcloud',
    appKey: 'sandbox-rongcloud',
    secret: 'sandbox-rongcloud-secret',
    baseUrl,
  }),
  nexconn: (baseUrl) => ({
    app: 'nexconn-demo',
    provider: 'nexconn',
    appKey: 'sandbox-nexconn',
    secret: 'sandbox-nexconn-secret',
    baseUrl,
  }),
  easemob: (baseUrl) => ({
    app: 'easemob-demo',
    provider: 'easemob',
    appKey: 'sandbox-org#sandbox-app',
    clientId: 'sandbox-client-id',
    secret: 'sandbox-client-secret',
    baseUrl,
  }),
};

/** The apps of the demonstration, at a sandbox that listens on `baseUrl`. */
export function demoApps(baseUrl: string): readonly AddAppRequest[] {
  return Object.values(DEMO_APP_BY_PROVIDER).map((demoApp) => demoApp(baseUrl));
}

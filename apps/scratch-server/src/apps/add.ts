import type { AddAppInput, AppView } from '@immint/contracts';
import { providers } from '@immint/providers';
import { Secret } from '@immint/secrets';
import type { Call } from '../context.ts';
import { viewApp } from './app-view.ts';
import { resolvePlace } from './place.ts';
import { orTaken } from './taken.ts';

/** Stores an account at a provider, with its policy, under our name. Nothing is asked of the provider. */
export async function addApp({ services, caller, requestId }: Call, input: AddAppInput): Promise<AppView> {
  const place = resolvePlace(providers[input.provider], input, input.settings);
  try {
    const record = await services.apps.add(
      {
        name: input.app,
        provider: input.provider,
        appKey: input.appKey,
        ...('clientId' in input ? { clientId: input.clientId } : {}),
        ...place,
        secret: Secret.of(input.secret),
        settings: input.settings,
      },
      { actor: caller.keyId, action: 'app.add', requestId },
    );
    await services.database.flush();
    return await viewApp(services, record);
  } catch (error) {
    throw orTaken(error);
  }
}

import { type ProviderName, SETTINGS_BY_PROVIDER } from '@immint/contracts';
import type { z } from 'zod';

import type { ProviderAdapter, ProviderEntry } from './chat-provider.ts';
import { easemob } from './easemob.ts';
import { nexconn } from './nexconn.ts';
import { rongcloud } from './rongcloud.ts';

/** Lets an adapter take the settings of any provider: those of another do not pass its schema. */
const toEntry = <Settings>(adapter: ProviderAdapter<Settings>, schema: z.ZodType<Settings>): ProviderEntry => ({
  ...adapter,
  capabilities: (settings) => adapter.capabilities(schema.parse(settings)),
  canonicalUserId: (userId, settings) => adapter.canonicalUserId(userId, schema.parse(settings)),
  connect: (account, dependencies) =>
    adapter.connect({ ...account, settings: schema.parse(account.settings) }, dependencies),
});

/** Every provider by name. It is looked up once, at the edge; below that nobody asks which one it is. */
export const providers: Readonly<Record<ProviderName, ProviderEntry>> = {
  rongcloud: toEntry(rongcloud, SETTINGS_BY_PROVIDER.rongcloud),
  nexconn: toEntry(nexconn, SETTINGS_BY_PROVIDER.nexconn),
  easemob: toEntry(easemob, SETTINGS_BY_PROVIDER.easemob),
};

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** What every user call of the SDK resolves to: an answer, or an error that it does not reject with. */
type SdkAnswer = Promise<unknown>;

type Call<Input> = (input: Input) => SdkAnswer;
type Id = { readonly id: string };

/** The part of RongCloud's own Node SDK (npm `rongcloud-sdk`) that deals with users. It ships no types. */
export interface RongCloudNodeSdk {
  readonly User: {
    readonly register: Call<unknown>;
    readonly update: Call<unknown>;
    readonly Block: {
      readonly add: Call<{ id: string | string[]; minute: number }>;
      readonly remove: Call<{ id: string | string[] }>;
      readonly getList: () => SdkAnswer;
    };
    readonly Blacklist: {
      readonly add: Call<{ id: string; blacklist: Id[] }>;
      readonly remove: Call<{ id: string; blacklist: Id[] }>;
      readonly getList: Call<Id>;
    };
    readonly OnlineStatus: { readonly get: Call<Id> };
    readonly Tag: {
      readonly set: Call<unknown>;
      readonly remove: Call<Id>;
      readonly batchSet: Call<{ users: Id[]; tags: string[] }>;
      readonly batchRemove: Call<{ users: Id[] }>;
      readonly getList: Call<Id | Id[]>;
    };
  };
}

/** What the SDK is started with; it takes one address or a list. */
export interface SdkStart {
  readonly appkey?: string;
  readonly secret?: string;
  readonly api: string | readonly string[];
}

/**
 * The SDK as a fresh process would load it: it makes nonce and timestamp once, while it loads, and keeps account and
 * address in its modules. The package itself is untouched.
 */
export function loadRongCloudNodeSdk(start: SdkStart): RongCloudNodeSdk {
  for (const path of Object.keys(require.cache)) {
    if (path.includes('rongcloud-sdk')) delete require.cache[path];
  }
  const create: (start: SdkStart) => RongCloudNodeSdk = require('rongcloud-sdk');
  return create({ appkey: 'sandbox-rongcloud', secret: 'sandbox-rongcloud-secret', ...start });
}

import type { ProviderName } from '@immint/contracts';
import { readAppKey, readSignatureHeaders, SignatureError, verifyAppSecret } from '@immint/signer';

import type { Account } from './account.ts';
import { type ProviderCall, Refusal, type World } from './provider-call.ts';

/** Makes the provider's refusal with one of the codes that both signed providers share. */
export type RefuseSigned = (code: 1002 | 1004, text: string) => Refusal;

/**
 * Finds the account of a signed request: App Key first, then the signature. Any age of timestamp, seconds or
 * milliseconds, and repeated nonces pass, because official SDKs send them.
 * Sources: docs.rongcloud.io/platform-chat-api/auth; docs.nexconn.ai/platform-chat-api/auth
 */
export function admitSigned(provider: ProviderName, call: ProviderCall, world: World, refuse: RefuseSigned): Account {
  const appKey = readAppKey(call.headers);
  if (appKey === null) {
    throw refuse(1002, 'invalid App-Key. Send one App Key, in the header App-Key (or RC-App-Key).');
  }
  const account = world.state.account(provider, appKey);
  // The one text that is recorded from the live service; callers tell a bad App Key by it.
  if (account === undefined) throw withHint(refuse(1002, 'invalid App-Key.'), provider);
  const { secret, comingSecret } = account.record;
  const read = readSignatureHeaders(call.headers);
  if (!read.ok) throw refuse(1004, `signature verification failed. ${new SignatureError(read.code).message}`);
  const { nonce, timestamp, signature } = read;
  const isSignedWith = (appSecret: string): boolean => verifyAppSecret({ appSecret, nonce, timestamp }, signature);
  if (comingSecret !== null && isSignedWith(comingSecret)) return putNewSecretInForce(account, comingSecret, world);
  if (isSignedWith(secret)) return account;
  throw refuse(
    1004,
    'signature verification failed. Signature must be the hex SHA-1 of App Secret + Nonce + Timestamp, ' +
      'joined without separators, with Nonce and Timestamp exactly as in the headers.',
  );
}

function withHint({ answer }: Refusal, provider: ProviderName): Refusal {
  const hint = `this sandbox has no such App Key at ${provider}; POST /_sandbox/apps adds one`;
  return new Refusal({ ...answer, hint });
}

function putNewSecretInForce({ record }: Account, secret: string, { state }: World): Account {
  const account = { ...record, secret, comingSecret: null, secretEpoch: record.secretEpoch + 1 };
  state.commit({ event: 'account-saved', account });
  return state.account(record.provider, record.appKey) ?? { record: account, users: new Map(), tokens: new Map() };
}

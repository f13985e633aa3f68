import type { IncomingHttpHeaders } from 'node:http';

import type { ProviderName } from '@immint/contracts';
import { verifyAppSecret } from '@immint/signer';

import type { Account } from './account.ts';
import { type ProviderCall, Refusal, type World } from './provider-call.ts';

/** Makes the provider's refusal with one of the codes that both signed providers share. */
export type RefuseSigned = (code: 1002 | 1004, text: string) => Refusal;

const MAX_NONCE_LENGTH = 64;

/** A header of the signature, under its plain name or the `RC-` alias. */
function signatureHeader(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name] ?? headers[`rc-${name}`];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The App Key that a request claims. */
export function claimedAppKey(headers: IncomingHttpHeaders): string | null {
  return signatureHeader(headers, 'app-key');
}

/**
 * Finds the account of a signed request: App Key first, then the signature. Any age of timestamp, seconds or
 * milliseconds, and repeated nonces pass, because official SDKs send them.
 * Sources: docs.rongcloud.io/platform-chat-api/auth; docs.nexconn.ai/platform-chat-api/auth
 */
export function admitSigned(provider: ProviderName, call: ProviderCall, world: World, refuse: RefuseSigned): Account {
  const appKey = claimedAppKey(call.headers);
  if (appKey === null) throw refuse(1002, 'invalid App-Key. The request has no header App-Key (or RC-App-Key).');
  const account = world.state.account(provider, appKey);
  // The one text that is recorded from the live service; callers tell a bad App Key by it.
  if (account === undefined) throw withHint(refuse(1002, 'invalid App-Key.'), provider);
  const { secret, comingSecret } = account.record;
  const nonce = requireHeader(call, 'Nonce', refuse);
  const timestamp = requireHeader(call, 'Timestamp', refuse);
  const signature = requireHeader(call, 'Signature', refuse);
  if (nonce.length > MAX_NONCE_LENGTH) throw refuse(1004, `Nonce is longer than ${MAX_NONCE_LENGTH} characters.`);
  if (!/^\d{1,20}$/.test(timestamp)) throw refuse(1004, 'Timestamp must be a Unix time in milliseconds (digits only).');
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

function requireHeader(call: ProviderCall, name: 'Nonce' | 'Timestamp' | 'Signature', refuse: RefuseSigned): string {
  const value = signatureHeader(call.headers, name.toLowerCase());
  if (value === null) throw refuse(1004, `signature verification failed. The request has no header ${name}.`);
  return value;
}

function putNewSecretInForce({ record }: Account, secret: string, { state }: World): Account {
  const account = { ...record, secret, comingSecret: null, secretEpoch: record.secretEpoch + 1 };
  state.commit({ event: 'account-saved', account });
  return state.account(record.provider, record.appKey) ?? { record: account, users: new Map(), tokens: new Map() };
}

import { readAppKey, readSignatureHeaders, SignatureError, verifyAppSecret } from '@immint/signer';

import type { Account } from './account.ts';
import type { ProfileName } from './profile.ts';
import { type CallHead, type ProviderCall, Refusal, type World } from './provider-call.ts';
import type { RefuseSigned } from './signed-problem.ts';
import { SIGNED_RULES, type SignedRules } from './signed-rules.ts';

type SignedProvider = keyof typeof SIGNED_RULES;

/** The account that a call claims to be of, unchecked. */
function claimedAccount(provider: SignedProvider, { headers }: CallHead, { state }: World): Account | undefined {
  const appKey = readAppKey(headers);
  return appKey === null ? undefined : state.account(provider, appKey);
}

/** The profile that a call is answered under: that of the account it claims, or the one of accounts without. */
export function profileOf(provider: SignedProvider, head: CallHead, world: World): ProfileName {
  return claimedAccount(provider, head, world)?.record.settings.profile ?? world.state.defaultProfile;
}

/**
 * Finds the account of a signed request: App Key first, then the signature, then what the profile asks of it. Under
 * `live` any age of timestamp, seconds or milliseconds, and repeated nonces pass, because official SDKs send them.
 * Sources: docs.rongcloud.io/platform-chat-api/auth; docs.nexconn.ai/platform-chat-api/auth
 * @throws Refusal
 */
export function admitSigned(provider: SignedProvider, call: ProviderCall, world: World, refuse: RefuseSigned): Account {
  const rules = SIGNED_RULES[provider][profileOf(provider, call, world)];
  if (readAppKey(call.headers) === null) {
    const advice = 'Send one App Key, in the header App-Key (or RC-App-Key).';
    throw refuse('unknown-app-key', `${rules.unknownAppKeyText} ${advice}`);
  }
  const account = claimedAccount(provider, call, world);
  if (account === undefined) throw withHint(refuse('unknown-app-key', rules.unknownAppKeyText), provider);
  const { secret, comingSecret } = account.record;
  const read = readSignatureHeaders(call.headers);
  const wrong = (what: string): Refusal => refuse('bad-signature', `signature verification failed. ${what}`);
  if (!read.ok) throw wrong(new SignatureError(read.code).message);
  const { nonce, timestamp, signature } = read;
  const isSignedWith = (appSecret: string): boolean => verifyAppSecret({ appSecret, nonce, timestamp }, signature);
  const isComing = comingSecret !== null && isSignedWith(comingSecret);
  if (!isComing && !isSignedWith(secret)) {
    throw wrong(
      'Signature must be the hex SHA-1 of App Secret + Nonce + Timestamp, joined without separators, with Nonce and ' +
        'Timestamp exactly as in the headers.',
    );
  }
  checkHeaders(read, call, rules, world, refuse);
  // Last, since a nonce is used up by a good call alone: a forger must not be able to spend those of others.
  if (rules.nonceOnce && !takeNonce(account, read, rules, world)) {
    throw wrong('This nonce was used before: send a new one with each call.');
  }
  return isComing ? putNewSecretInForce(account, comingSecret, world) : account;
}

interface SignedHeaders {
  readonly nonce: string;
  readonly timestamp: string;
  readonly signature: string;
}

function checkHeaders(
  { nonce, timestamp, signature }: SignedHeaders,
  { headers }: CallHead,
  rules: SignedRules,
  { state }: World,
  refuse: RefuseSigned,
): void {
  const wrong = (what: string): Refusal => refuse('bad-signature', `signature verification failed. ${what}`);
  if (!rules.timestampDigits.test(timestamp)) throw wrong('Timestamp must be a Unix time in milliseconds, 13 digits.');
  const skewMs = Number(timestamp) - state.nowMs();
  if (Math.abs(skewMs) > rules.maxClockSkewMs) {
    const side = skewMs > 0 ? 'ahead of' : 'behind';
    throw wrong(
      `Timestamp is more than ${rules.maxClockSkewMs / 60_000} minutes ${side} this sandbox's clock (header Date).`,
    );
  }
  if (Array.from(nonce).length > rules.maxNonceCharacters) {
    throw wrong(`Nonce may have at most ${rules.maxNonceCharacters} characters.`);
  }
  if (!rules.signature.test(signature)) throw wrong('Signature must be in lower-case hexadecimal.');
  const requestId = headers['x-request-id'];
  if (typeof requestId === 'string' && requestId.length > rules.maxRequestIdCharacters) {
    throw refuse('long-parameter', `X-Request-ID may have at most ${rules.maxRequestIdCharacters} characters.`);
  }
}

function takeNonce(
  { record }: Account,
  { nonce, timestamp }: SignedHeaders,
  rules: SignedRules,
  world: World,
): boolean {
  const untilMs = Number(timestamp) + rules.maxClockSkewMs;
  return world.nonces.take(record.provider, record.appKey, nonce, untilMs, world.state.nowMs());
}

function withHint({ answer }: Refusal, provider: SignedProvider): Refusal {
  const hint = `this sandbox has no such App Key at ${provider}; POST /_sandbox/apps adds one`;
  return new Refusal({ ...answer, hint });
}

function putNewSecretInForce(known: Account, secret: string, { state }: World): Account {
  const { record } = known;
  const account = { ...record, secret, comingSecret: null, secretEpoch: record.secretEpoch + 1 };
  state.commit({ event: 'account-saved', account });
  return state.account(record.provider, record.appKey) ?? { ...known, record: account };
}

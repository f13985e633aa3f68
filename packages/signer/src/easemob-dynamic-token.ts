import { createHash } from 'node:crypto';

import { equalHex } from './equal-hex.ts';
import { refuse, type Refusal, SignatureError } from './signature-error.ts';

const PREFIX = 'dt-';
const MAX_TOKEN_LENGTH = 4096;
const CLOCK_TOLERANCE_SECONDS = 300;

/** What a dynamic token says. */
export interface DynamicTokenContent {
  /** `org#app`. */
  readonly appKey: string;
  readonly userId: string;
  /** Seconds since 1970. */
  readonly issuedAtSeconds: number;
  readonly ttlSeconds: number;
}

/** The pair that signs it, from Easemob's console. */
export interface DynamicTokenSigner {
  readonly clientId: string;
  readonly clientSecret: string;
}

const signContent = (content: DynamicTokenContent, { clientId, clientSecret }: DynamicTokenSigner): string => {
  const { appKey, userId, issuedAtSeconds, ttlSeconds } = content;
  const text = `${clientId}${appKey}${userId}${issuedAtSeconds}${ttlSeconds}${clientSecret}`;
  return createHash('sha256').update(text, 'utf8').digest('hex');
};

const isWholeNumber = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** Ten digits: from 2001 to 2286. Any other length lets digits wander between the unseparated texts that are signed. */
const isTimeOfTenDigits = (value: unknown): value is number => isWholeNumber(value) && String(value).length === 10;

/**
 * Easemob's self-signed user token: made without a call, judged when the client logs in. It is padded base64url of
 * `dt-` and a JSON text, prefix included, so every such token begins with `ZHQt`. Source: doc.easemob.com/product/easemob_user_token.html
 * @throws SignatureError TIMESTAMP_MALFORMED, LIFETIME_MALFORMED
 */
export const makeDynamicToken = (content: DynamicTokenContent, signer: DynamicTokenSigner): string => {
  if (!isTimeOfTenDigits(content.issuedAtSeconds)) throw new SignatureError('TIMESTAMP_MALFORMED');
  if (!isWholeNumber(content.ttlSeconds)) throw new SignatureError('LIFETIME_MALFORMED');
  const json = JSON.stringify({
    signature: signContent(content, signer),
    appkey: content.appKey,
    userId: content.userId,
    curTime: content.issuedAtSeconds,
    ttl: content.ttlSeconds,
  });
  return Buffer.from(`${PREFIX}${json}`, 'utf8').toString('base64').replaceAll('+', '-').replaceAll('/', '_');
};

/** A token taken apart, its signature not yet checked. */
export interface ParsedDynamicToken {
  readonly ok: true;
  readonly content: DynamicTokenContent;
  readonly signature: string;
}

/** Takes a token apart without checking it. Padding may be left out: which of the two is sent is not documented. */
export const parseDynamicToken = (token: string): ParsedDynamicToken | Refusal => {
  if (token.length > MAX_TOKEN_LENGTH || !/^[\w-]+={0,2}$/.test(token)) return refuse('TOKEN_MALFORMED');
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (!text.startsWith(PREFIX)) return refuse('TOKEN_MALFORMED');
  const { signature, appkey, userId, curTime, ttl } = parseObject(text.slice(PREFIX.length));
  if (typeof signature !== 'string' || typeof appkey !== 'string' || typeof userId !== 'string')
    return refuse('TOKEN_MALFORMED');
  if (!isTimeOfTenDigits(curTime) || !isWholeNumber(ttl)) return refuse('TOKEN_MALFORMED');
  return { ok: true, signature, content: { appKey: appkey, userId, issuedAtSeconds: curTime, ttlSeconds: ttl } };
};

const parseObject = (json: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' ? { ...value } : {};
  } catch {
    return {};
  }
};

/** Against what a token is judged. */
export interface DynamicTokenJudge extends DynamicTokenSigner {
  /** `org#app`. */
  readonly appKey: string;
  /** Seconds since 1970. */
  readonly nowSeconds: number;
}

/**
 * Judges a token as the service would at login: of this app, signed with this pair, not expired, and not made more than
 * 5 minutes in the future. The last is ours: the signed texts have no separators, so without it the holder of a token
 * could move digits from its lifetime to its time and make it last for centuries.
 */
export const verifyDynamicToken = (token: string, judge: DynamicTokenJudge): ParsedDynamicToken | Refusal => {
  const parsed = parseDynamicToken(token);
  if (!parsed.ok) return parsed;
  const { appKey, issuedAtSeconds, ttlSeconds } = parsed.content;
  if (appKey !== judge.appKey) return refuse('TOKEN_OF_OTHER_APP');
  if (!equalHex(signContent(parsed.content, judge), parsed.signature)) return refuse('SIGNATURE_MISMATCH');
  if (issuedAtSeconds > judge.nowSeconds + CLOCK_TOLERANCE_SECONDS) return refuse('TOKEN_FROM_FUTURE');
  if (judge.nowSeconds >= issuedAtSeconds + ttlSeconds) return refuse('TOKEN_EXPIRED');
  return parsed;
};

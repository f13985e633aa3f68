import { signAppSecret } from './app-secret-signature.ts';
import { MAX_NONCE_LENGTH, MAX_RECEIVED_NONCE_LENGTH } from './nonce.ts';
import { refuse, type Refusal, SignatureError } from './signature-error.ts';

const HEADER_NAMES = {
  plain: { appKey: 'App-Key', nonce: 'Nonce', timestamp: 'Timestamp', signature: 'Signature' },
  rc: { appKey: 'RC-App-Key', nonce: 'RC-Nonce', timestamp: 'RC-Timestamp', signature: 'RC-Signature' },
} as const;

/** The two spellings of the four headers: `App-Key`, … or `RC-App-Key`, … */
type HeaderSpelling = keyof typeof HEADER_NAMES;

/** What the headers of one call are made from. */
export interface CallToSign {
  readonly appKey: string;
  readonly appSecret: string;
  /** 1 to 18 characters, new for every call. */
  readonly nonce: string;
  /** Milliseconds since 1970. */
  readonly timestampMs: number;
  /** `plain` unless told otherwise. */
  readonly spelling?: HeaderSpelling;
}

/**
 * The four headers of a signed call, by name.
 * @throws SignatureError NONCE_MISSING, NONCE_TOO_LONG, TIMESTAMP_MALFORMED
 */
export const signatureHeaders = (call: CallToSign): Record<string, string> => {
  if (call.nonce === '') throw new SignatureError('NONCE_MISSING');
  if (call.nonce.length > MAX_NONCE_LENGTH) throw new SignatureError('NONCE_TOO_LONG');
  if (!Number.isSafeInteger(call.timestampMs) || call.timestampMs < 0) throw new SignatureError('TIMESTAMP_MALFORMED');
  const timestamp = String(call.timestampMs);
  const names = HEADER_NAMES[call.spelling ?? 'plain'];
  return {
    [names.appKey]: call.appKey,
    [names.nonce]: call.nonce,
    [names.timestamp]: timestamp,
    [names.signature]: signAppSecret({ appSecret: call.appSecret, nonce: call.nonce, timestamp }),
  };
};

const FIELD_OF_HEADER: ReadonlyMap<string, keyof typeof HEADER_NAMES.plain> = new Map([
  ['app-key', 'appKey'],
  ['rc-app-key', 'appKey'],
  ['nonce', 'nonce'],
  ['rc-nonce', 'nonce'],
  ['timestamp', 'timestamp'],
  ['rc-timestamp', 'timestamp'],
  ['signature', 'signature'],
  ['rc-signature', 'signature'],
]);

/** Headers as Node's HTTP server gives them, or any other record: names in any case. */
export type ReceivedHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The four texts of a signed call as they were received. */
export interface ReceivedSignature {
  readonly ok: true;
  readonly appKey: string;
  readonly nonce: string;
  readonly timestamp: string;
  readonly signature: string;
}

/** Every value that one of the four came with, under either spelling; the same value twice counts once. */
const valuesOf = (headers: ReceivedHeaders, field: keyof typeof HEADER_NAMES.plain): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || FIELD_OF_HEADER.get(name.toLowerCase()) !== field) continue;
    for (const text of typeof value === 'string' ? [value] : value) found.add(text);
  }
  return found;
};

/** The App Key that a received call claims, nothing checked; null if there is none, or two that differ. */
export const readAppKey = (headers: ReceivedHeaders): string | null => {
  const [appKey = '', ...others] = valuesOf(headers, 'appKey');
  return appKey === '' || others.length > 0 ? null : appKey;
};

/**
 * Reads the four headers of a received call, under either spelling; the App Key tells whose secret to check them with.
 * Lengths and units are taken as official SDKs send them: nonces of up to 64 characters, seconds or milliseconds.
 * Whether a timestamp is fresh, or a nonce new, is for the caller to judge.
 */
export const readSignatureHeaders = (headers: ReceivedHeaders): ReceivedSignature | Refusal => {
  const found = {
    appKey: valuesOf(headers, 'appKey'),
    nonce: valuesOf(headers, 'nonce'),
    timestamp: valuesOf(headers, 'timestamp'),
    signature: valuesOf(headers, 'signature'),
  };
  if (Object.values(found).some((texts) => texts.size > 1)) return refuse('HEADER_AMBIGUOUS');
  const [appKey = ''] = found.appKey;
  const [nonce = ''] = found.nonce;
  const [timestamp = ''] = found.timestamp;
  const [signature = ''] = found.signature;
  if (appKey === '') return refuse('APP_KEY_MISSING');
  if (nonce === '') return refuse('NONCE_MISSING');
  if (Array.from(nonce).length > MAX_RECEIVED_NONCE_LENGTH) return refuse('NONCE_TOO_LONG');
  if (timestamp === '') return refuse('TIMESTAMP_MISSING');
  if (!/^\d{1,20}$/.test(timestamp)) return refuse('TIMESTAMP_MALFORMED');
  if (signature === '') return refuse('SIGNATURE_MISSING');
  return { ok: true, appKey, nonce, timestamp, signature };
};

import type { EasemobCall } from './easemob-call.ts';
import { easemobRefusal } from './easemob-error.ts';
import { isRecord, parseJson } from './json-body.ts';
import type { Refusal, World } from './provider-call.ts';

/** A header that a page calls required, by what must stand in it. */
export type RequiredHeader = 'json' | 'form' | 'accept';

const MEDIA_TYPES = {
  json: { pattern: /^application\/json\b/i, text: 'application/json' },
  form: { pattern: /^application\/x-www-form-urlencoded\b/i, text: 'application/x-www-form-urlencoded' },
} as const;

type Part = Pick<EasemobCall, 'call' | 'world' | 'rules'>;

/** Under the rules that ask for it: whether the call carries the headers that its page requires. @throws Refusal */
export function requireHeaders({ call, world, rules }: Part, headers: readonly RequiredHeader[]): void {
  if (!rules.headersRequired) return;
  const { accept = '', 'content-type': contentType = '' } = call.headers;
  for (const header of headers) {
    if (header === 'accept') {
      if (/\bapplication\/json\b/i.test(accept)) continue;
      const hint = 'this profile needs the header Accept: application/json, as the page of the call does';
      throw easemobRefusal('400 illegal_argument', 'this is an invalid request.', world, hint);
    }
    if (!MEDIA_TYPES[header].pattern.test(contentType)) throw unsupportedMediaType(header, world);
  }
}

/**
 * The JSON of the body, with or without a Content-Type, since the Java SDK 1.x sends none: only a wrong one is refused.
 * `labelledAsForm` takes that label too, if what stands under it is JSON.
 */
export function readJson(
  { call, world, account }: Part & Pick<EasemobCall, 'account'>,
  { labelledAsForm = false }: { readonly labelledAsForm?: boolean } = {},
): unknown {
  const contentType = call.headers['content-type'] ?? 'json';
  const isMislabelled = MEDIA_TYPES.form.pattern.test(contentType) && parseJson(call.body) !== undefined;
  if (!/json/i.test(contentType) && !(labelledAsForm && isMislabelled)) throw unsupportedMediaType('json', world);
  const { maxJsonBytes } = account.record.settings;
  if (maxJsonBytes !== null && Buffer.byteLength(call.body) > maxJsonBytes) {
    const hint = `the setting maxJsonBytes allows ${maxJsonBytes} bytes: send fewer users in one call`;
    throw easemobRefusal('413 Request Entity Too Large', 'Request Entity Too Large', world, hint);
  }
  const value = parseJson(call.body);
  if (value !== undefined) return value;
  const text =
    call.body.trim() === '' ? 'the body is empty: send a JSON object' : 'Unexpected character: the body is not JSON';
  throw easemobRefusal('400 json_parse', text, world);
}

/** As {@link readJson}, for a body that must be an object. */
export function readJsonObject(part: Part & Pick<EasemobCall, 'account'>): Record<string, unknown> {
  const value = readJson(part);
  if (isRecord(value)) return value;
  throw easemobRefusal('400 json_parse', 'the body must be a JSON object', part.world);
}

/** The fields of a form; a repeated one counts by its last. */
export function readForm({ call, world }: Part): Readonly<Record<string, string>> {
  const contentType = call.headers['content-type'];
  if (contentType !== undefined && !MEDIA_TYPES.form.pattern.test(contentType)) {
    throw unsupportedMediaType('form', world);
  }
  return Object.fromEntries(new URLSearchParams(call.body));
}

function unsupportedMediaType(wanted: keyof typeof MEDIA_TYPES, world: World): Refusal {
  const advice = wanted === 'json' ? ' (curl -d alone sends a form type)' : '';
  const hint = `send Content-Type: ${MEDIA_TYPES[wanted].text}${advice}`;
  return easemobRefusal('415 web_application', 'Unsupported Media Type', world, hint);
}

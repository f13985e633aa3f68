import type { FormCall } from './rongcloud-call.ts';

/**
 * The ids of a parameter that pages and SDKs repeat; under most profiles also joined by commas.
 */
export function readRepeatedIds({ form, rules }: FormCall, name = 'userId'): readonly string[] {
  return rules.repeatedIdsMayBeJoined ? splitIds(form, name) : form.getAll(name);
}

/** The ids of a parameter that pages and SDKs join by commas; under most profiles also repeated. @throws Refusal */
export function readJoinedIds({ form, rules, refuse }: FormCall, name = 'userId'): readonly string[] {
  if (!rules.joinedIdsMayBeRepeated && form.getAll(name).length > 1) {
    throw refuse('bad-parameter', `${name} must be one value, its ids joined by commas.`);
  }
  return splitIds(form, name);
}

/** The ids of a list parameter, repeated or joined by commas. */
export function splitIds(form: URLSearchParams, name: string): readonly string[] {
  return form.getAll(name).flatMap((value) => value.split(',').filter((userId) => userId !== ''));
}

/** The one id that a call is about, unchecked. */
export function readId({ form }: FormCall, name = 'userId'): string {
  return form.get(name) ?? '';
}

/** A whole number; `missing` where it is left out. @throws Refusal */
export function readCount({ form, refuse }: FormCall, name: string, missing: number): number {
  const text = form.get(name) ?? '';
  if (text === '') return missing;
  if (!/^\d{1,9}$/.test(text)) throw refuse('bad-parameter', `${name} must be a whole number.`);
  return Number(text);
}

import type { SignedCall } from './signed-call.ts';

/** A call with a JSON body. */
interface WithFields extends SignedCall {
  readonly fields: Record<string, unknown>;
}

/** A text field; null where it is left out. @throws Refusal for anything else */
export function readText({ fields, refuse }: WithFields, name: string): string | null {
  const value = fields[name] ?? null;
  if (value !== null && typeof value !== 'string') throw refuse('bad-parameter', `${name} must be a string.`);
  return value;
}

/** A text field that may not be left out or empty. @throws Refusal */
export function requireText(call: WithFields, name: string): string {
  const text = readText(call, name);
  if (text === null || text === '') throw call.refuse('bad-parameter', `${name} is required.`);
  return text;
}

/** A list of texts; empty where it is left out. @throws Refusal for anything else */
export function readTexts({ fields, refuse }: WithFields, name: string): readonly string[] {
  const texts: unknown = fields[name] ?? [];
  if (!Array.isArray(texts) || !texts.every((text) => typeof text === 'string')) {
    throw refuse('bad-parameter', `${name} must be a list of strings.`);
  }
  return texts;
}

/** A whole number; `missing` where it is left out. @throws Refusal for anything else */
export function readCount({ fields, refuse }: WithFields, name: string, missing: number): number {
  const value = fields[name] ?? missing;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw refuse('bad-parameter', `${name} must be a whole number.`);
  }
  return value;
}

/** The texts that some fields of a body hold, alone or in lists; whatever else they hold is left out. */
export function textsIn(fields: Record<string, unknown>, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => fields[name]).filter((value) => typeof value === 'string');
}

import { z } from 'zod';

const encoder = new TextEncoder();

/** How many bytes a text takes in UTF-8. */
export const byteLength = (text: string): number => encoder.encode(text).length;

/** How many characters a text has, counted as Unicode code points: an emoji of one code point is one character. */
export const characterLength = (text: string): number => Array.from(text).length;

/** What a provider's page says about a text, in the unit in which that page says it. */
export interface TextLimits {
  readonly maxBytes?: number;
  readonly maxCharacters?: number;
}

/**
 * A text that is not empty, keeps its limits, and that everybody on its way can hold: it is well-formed, and without
 * control characters (a database takes no NUL, a header no line break). `subject` opens the sentence of a refusal
 * ("The name must be …."), so that the sentence can be shown to whoever sent the text.
 */
export const limitedText = (subject: string, limits: TextLimits) => textWithin(limits, (rule) => `${subject} ${rule}.`);

/** The same for a field of ours: its refusal is shown behind the field's name, so it has no subject. */
export const limitedField = (limits: TextLimits) => textWithin(limits, (rule) => rule);

const textWithin = ({ maxBytes = Infinity, maxCharacters = Infinity }: TextLimits, say: (rule: string) => string) =>
  z
    .string()
    .refine((text) => text !== '', { error: say('must not be empty'), abort: true })
    .refine((text) => text.isWellFormed(), { error: say('must be well-formed Unicode'), abort: true })
    .refine((text) => !/\p{Cc}/u.test(text), { error: say('must hold no control characters'), abort: true })
    .refine((text) => characterLength(text) <= maxCharacters, say(`must be at most ${maxCharacters} characters`))
    .refine((text) => byteLength(text) <= maxBytes, say(`must be at most ${maxBytes} bytes in UTF-8`));

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
 * A text that is not empty, keeps its limits and can be encoded at all. `subject` opens the sentence of a refusal
 * ("The name must be …"), so that the sentence can be shown to whoever sent the text.
 */
export const limitedText = (subject: string, { maxBytes = Infinity, maxCharacters = Infinity }: TextLimits) =>
  z
    .string()
    .refine((text) => text !== '', { error: `${subject} must not be empty.`, abort: true })
    .refine((text) => text.isWellFormed(), { error: `${subject} must be well-formed Unicode.`, abort: true })
    .refine((text) => characterLength(text) <= maxCharacters, `${subject} must be at most ${maxCharacters} characters.`)
    .refine((text) => byteLength(text) <= maxBytes, `${subject} must be at most ${maxBytes} bytes in UTF-8.`);

/**
 * A text that came from elsewhere (a user's name, a provider's words) as it may be shown: control characters, with
 * which it could move the cursor or recolour the terminal, become `\u{…}`.
 */
export function plainText(text: string): string {
  return text.replaceAll(/\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    return `\\u{${character.codePointAt(0)?.toString(16)}}`;
  });
}

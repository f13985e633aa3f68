/** The words of the API itself, which are no secret wherever they stand. */
const WORDS_OF_THE_API: ReadonlySet<string> = new Set([
  'access',
  'activate',
  'application',
  'autocreateuser',
  'batch',
  'bearer',
  'client_credentials',
  'client_id',
  'client_secret',
  'deactivate',
  'disconnect',
  'false',
  'grant_type',
  'inherit',
  'json',
  'newpassword',
  'nickname',
  'password',
  'status',
  'token',
  'true',
  'ttl',
  'username',
  'usernames',
  'users',
]);

/** So many letters in a row that a secret and an error have in common are taken for a part of the secret. */
const SHARED_LETTERS = 6;

/**
 * Whether an `error` that nobody documented may be shown: it is a name of lower-case words, it did not stand in what was
 * sent, and no value that was sent stands in it, in whole or in a telling part. Whoever answers in the provider's name
 * could otherwise have a secret written into a log.
 */
export const isSafeToShow = (error: string, sentText: string): boolean => {
  if (!/^[a-z_]{1,40}$/.test(error)) return false;
  const sent = sentText.toLowerCase();
  if (sent.includes(error)) return false;
  const values = sent.split(/[\s"{}[\]:,/?&=\\]+/).filter((value) => !WORDS_OF_THE_API.has(value));
  return values.every((value) => !(value.length > 2 && error.includes(value)) && !sharesLetters(error, value));
};

const sharesLetters = (error: string, value: string): boolean => {
  for (let start = 0; start + SHARED_LETTERS <= error.length; start += 1)
    if (value.includes(error.slice(start, start + SHARED_LETTERS))) return true;
  return false;
};

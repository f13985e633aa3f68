/** How a user id can tell who somebody is. */
type Personal = 'phone numbers' | 'e-mail addresses';

/** Mainland China's mobile numbers, with or without the country's code: what is most often used as an id. */
const PHONE = /^(?:\+|00)?(?:86)?1[3-9]\d{9}$/;

/** Ids have no `@`, so what is looked for is what products put in its place. */
const EMAIL =
  /^[^@]+(?:@|[._-]at[._-])[^@]+\.[a-z]{2,}$|[._-](?:gmail|qq|163|126|sina|outlook|hotmail|yahoo|icloud|foxmail)[._-](?:com|cn|net)(?:[._-]cn)?$/i;

/** What a user id looks like, if it looks like something personal. */
export function whatPersonal(userId: string): Personal | undefined {
  if (PHONE.test(userId)) return 'phone numbers';
  return EMAIL.test(userId) ? 'e-mail addresses' : undefined;
}

/** The first two characters of an id: enough to see of which kind it is. */
export function maskUserId(userId: string): string {
  return `${Array.from(userId).slice(0, 2).join('')}…`;
}

/** Fewer say nothing. */
const MIN_IN_A_ROW = 10;

/** Of neighbours, this part is one after the other. Users come and go, so not all are. */
const SHARE = 0.8;

/** Whether most ids are one text and a number that counts upwards. */
export function areSequential(userIds: readonly string[]): boolean {
  const numbersByPrefix = new Map<string, number[]>();
  for (const userId of userIds) {
    const [, prefix, digits] = /^(.*?)(\d{1,15})$/.exec(userId) ?? [];
    if (prefix === undefined || digits === undefined) continue;
    numbersByPrefix.set(prefix, [...(numbersByPrefix.get(prefix) ?? []), Number(digits)]);
  }
  const inARow = [...numbersByPrefix.values()].filter(countUpwards).flat().length;
  return inARow >= MIN_IN_A_ROW && inARow >= userIds.length / 2;
}

function countUpwards(numbers: readonly number[]): boolean {
  const sorted = numbers.toSorted((one, other) => one - other);
  const steps = sorted.slice(1).map((number, index) => number - (sorted[index] ?? 0));
  return steps.length > 0 && steps.filter((step) => step === 1).length >= steps.length * SHARE;
}

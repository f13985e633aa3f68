/** A record without the keys whose value is undefined: `exactOptionalPropertyTypes` tells the two apart. */
type Present<Fields> = { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };

/** Drops the keys whose value is undefined. */
export function present<Fields extends object>(fields: Fields): Present<Fields>;
export function present(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

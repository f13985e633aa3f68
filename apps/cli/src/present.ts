/** The fields of a type, each of which may be undefined; nothing fits where no type was named. */
type Loose<Target> = [Target] extends [never] ? never : { readonly [Key in keyof Target]?: Target[Key] | undefined };

/**
 * Drops the keys whose value is undefined, which `exactOptionalPropertyTypes` tells from absent ones. The type is named by
 * the caller and never inferred: a spread is not checked for keys too many, so a field that was renamed in the
 * contracts would otherwise go on compiling here, and be sent under its old name.
 */
export function present<Target extends object = never>(fields: Loose<NoInfer<Target>>): Partial<Target>;
export function present(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

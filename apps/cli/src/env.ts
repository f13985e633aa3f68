/** The environment of this process, read once, in `main.ts`; everything else is handed what it needs. */
export function readEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

import type { AppSettings } from './chat-provider.ts';

/** The documented rates of a provider, with what the app's settings put in their place for a paid plan. */
export const ratesOf = <Group extends string>(
  documented: Readonly<Record<Group, number>>,
  { ratesPerSecond }: Pick<AppSettings, 'ratesPerSecond'>,
): Readonly<Record<Group, number>> => {
  const own = Object.entries(ratesPerSecond).filter(([group]) => Object.hasOwn(documented, group));
  return { ...documented, ...Object.fromEntries(own) };
};

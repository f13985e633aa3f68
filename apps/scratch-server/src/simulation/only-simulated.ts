/** Stands in for something larger, of which only these parts are simulated: whoever reaches for another one hears of it. */
export function onlySimulated<Whole extends object>(name: string, parts: Partial<Whole>): Whole {
  const standIn = new Proxy(parts, {
    get(target, key, receiver) {
      if (key in target || typeof key === 'symbol' || key === 'then') return Reflect.get(target, key, receiver);
      throw new Error(`${name}.${key} is not simulated`);
    },
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is missing throws when it is reached for
  return standIn as Whole;
}

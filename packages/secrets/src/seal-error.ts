/**
 * A sealed value could not be opened. There is one code for every failure (another context, another key, changed,
 * shortened, not a sealed value at all), because telling them apart would help only whoever is trying.
 */
export class SealError extends Error {
  readonly code = 'CANNOT_OPEN';

  constructor() {
    super('CANNOT_OPEN: a sealed value does not open in this place with this key.');
    this.name = 'SealError';
  }
}

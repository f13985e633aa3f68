/** The lease may be somebody else's by now: whoever held it must not call the provider any more. Never leaves the server. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';

  constructor() {
    super('The lease of this user was lost.');
  }
}

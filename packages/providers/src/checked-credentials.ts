/** Credentials that the provider takes. */
export interface CheckedCredentials {
  readonly serverDateMs: number | undefined;
  /** Whether this is what the provider said less than a minute ago, because it may not be asked again so soon. */
  readonly isRemembered: boolean;
}

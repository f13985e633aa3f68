/** The two domains of one data centre, both with the same state behind them. */
export interface DataCenter {
  /** Scheme and host of the primary domain. */
  readonly baseUrl: string;
  /** Scheme and host of the domain that is called when the primary one does not answer. */
  readonly backupBaseUrl: string;
}

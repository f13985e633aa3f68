/** What every command takes. */
export interface GlobalFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly url?: string;
  readonly dataDir?: string;
}

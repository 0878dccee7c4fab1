/** Options of `pull` as commander passes them. */
export interface PullFlags {
  readonly out?: string;
  /** Expected SHA-256 of the archive or of the weights, in hexadecimal. */
  readonly sha256?: string;
  /** Maximum total size, in gigabytes. */
  readonly mostGigabytes: number;
  readonly force?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

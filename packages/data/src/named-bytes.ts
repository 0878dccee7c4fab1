/** The decompressed bytes of a file, with its name for messages. */
export interface NamedBytes {
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

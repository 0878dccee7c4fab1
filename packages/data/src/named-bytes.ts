/** The bytes of one file, already decompressed, and its name for messages. */
export interface NamedBytes {
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

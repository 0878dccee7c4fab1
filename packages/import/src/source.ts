/** A file that is read in parts, so that a large checkpoint need not fit into memory. */
export interface SourceFile {
  /** Length in bytes. */
  readonly size: number;
  /** Reads bytes `start` to `end` (exclusive), in a new buffer. */
  read(start: number, end: number): Promise<Uint8Array>;
  /** Location as a user would name it, for errors. */
  readonly description: string;
}

/** A folder that is searched for a model. */
export interface SourceFolder {
  /** Lists the paths of all files, with forward slashes, in any order. */
  list(): Promise<readonly string[]>;
  open(path: string): Promise<SourceFile>;
  /** Location as a user would name it, for errors. */
  readonly description: string;
}

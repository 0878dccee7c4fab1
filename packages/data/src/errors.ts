/** What went wrong with a data set; stable, for programs that decide by it. */
export type DataErrorCode =
  /** A file that ends before its header says it should. */
  | 'DATA_TRUNCATED'
  /** A file whose bytes are not of the format that was expected. */
  | 'DATA_FORMAT'
  /** Two things that must agree and do not: images and labels, sizes of images, header and length. */
  | 'DATA_MISMATCH'
  /** No images at all. */
  | 'DATA_EMPTY'
  /** Larger than a named limit. */
  | 'DATA_LIMIT'
  /** A label that is not one of the classes, or missing where the others have one. */
  | 'DATA_LABEL'
  /** A file, folder or data set that is not there. */
  | 'DATA_NOT_FOUND'
  /** A value given by the caller that cannot be used. */
  | 'DATA_ARGUMENT'
  /** A download that failed after all attempts. */
  | 'DATA_DOWNLOAD'
  /** A file that is there but is not the published one: its SHA-256 differs. */
  | 'DATA_CHECKSUM';

export interface DataErrorOptions {
  /** The file at fault, where there is one. */
  readonly file?: string;
  readonly cause?: unknown;
}

/** Every error that this package throws on purpose. The message says what was got, what is wanted, what to do. */
export class DataError extends Error {
  override readonly name: string = 'DataError';
  readonly code: DataErrorCode;
  readonly file: string | undefined;

  constructor(code: DataErrorCode, message: string, options: DataErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.file = options.file;
  }
}

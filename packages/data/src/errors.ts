/** Stable code of a data set error, for programs to branch on. */
export type DataErrorCode =
  /** A file ends before the length that its header states. */
  | 'DATA_TRUNCATED'
  /** The bytes of a file are not in the expected format. */
  | 'DATA_FORMAT'
  /** Two things that must agree do not: images and labels, sizes of images, header and length. */
  | 'DATA_MISMATCH'
  /** The set has no images, or a file is empty. */
  | 'DATA_EMPTY'
  /** A named limit is exceeded. */
  | 'DATA_LIMIT'
  /** A label is not one of the classes, or is missing although other images have one. */
  | 'DATA_LABEL'
  /** A file, folder or data set does not exist. */
  | 'DATA_NOT_FOUND'
  /** An argument of the caller is invalid. */
  | 'DATA_ARGUMENT'
  /** A download failed after all attempts. */
  | 'DATA_DOWNLOAD'
  /** A file is not the published one: its SHA-256 differs. */
  | 'DATA_CHECKSUM';

export interface DataErrorOptions {
  /** The file at fault, if any. */
  readonly file?: string | undefined;
  readonly cause?: unknown;
}

/** Every intended error of this package. The message says what was found, what was expected and what to do. */
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

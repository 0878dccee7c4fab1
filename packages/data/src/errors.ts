import { IsonoiseError, printableLines } from '@isonoise/error';

/** Error codes of this package; docs/errors.md is generated from them. */
export const ERROR_CODES = {
  DATA_TRUNCATED: {
    meaning: 'A file is shorter than its header states.',
    advice: 'Get the file again.',
  },
  DATA_FORMAT: {
    meaning: 'A file is damaged, or does not have the expected format.',
    advice: 'Replace or remove the file.',
  },
  DATA_MISMATCH: {
    meaning: 'Two parts do not agree: images and labels, sizes of images, or header and length of a file.',
    advice: 'Correct the parts that the message names. --size scales images of different sizes to one size.',
  },
  DATA_EMPTY: {
    meaning: 'A folder, file or set has no images.',
    advice: 'Choose a folder or a file with images.',
  },
  DATA_LIMIT: {
    meaning: 'The data is larger than a limit of this package.',
    advice: 'Use fewer or smaller images.',
  },
  DATA_LABEL: {
    meaning: 'A label is not one of the classes, or is missing.',
    advice: 'Correct the labels that the message names.',
  },
  DATA_NOT_FOUND: {
    meaning: 'A file, folder or data set does not exist.',
    advice: 'Check the name or the path, or download the set first.',
  },
  DATA_ARGUMENT: {
    meaning: 'An option or argument is not valid.',
    advice: 'Pass a value as described in the message.',
  },
  DATA_DOWNLOAD: {
    meaning: 'A download failed after all attempts, or the server sent something else.',
    advice: 'Check the address, or run the command again, which resumes the download, as the message says.',
  },
  DATA_CHECKSUM: {
    meaning: 'The SHA-256 of a downloaded file differs from the published one.',
    advice: 'Download the file again. If the error repeats, use a different mirror.',
  },
};

export type DataErrorCode = keyof typeof ERROR_CODES;

export interface DataErrorOptions {
  /** The file at fault, if any. */
  readonly file?: string | undefined;
  readonly cause?: unknown;
}

/**
 * An error of this package. The message states what was found, what was expected and what to do. It is one line or a list of
 * lines; control characters, which names of files may contain, are escaped.
 */
export class DataError extends IsonoiseError<DataErrorCode> {
  readonly file: string | undefined;

  constructor(code: DataErrorCode, message: string | readonly string[], options: DataErrorOptions = {}) {
    super(code, printableLines(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.file = options.file;
  }
}

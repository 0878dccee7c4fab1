import { IsonoiseError } from '@isonoise/error';

/** Codes of this package; docs/errors.md is made of them. */
export const ERROR_CODES = {
  DATA_TRUNCATED: {
    meaning: 'A file ends before its header says that it should.',
    advice: 'Get the file again.',
  },
  DATA_FORMAT: {
    meaning: 'A file is damaged, or not of the expected format.',
    advice: 'Replace or remove the file.',
  },
  DATA_MISMATCH: {
    meaning: 'Two things that must agree do not: images and labels, sizes of images, header and length.',
    advice: 'Correct what the message names; --size scales images of several sizes.',
  },
  DATA_EMPTY: {
    meaning: 'There are no images.',
    advice: 'Choose a folder or a file with images.',
  },
  DATA_LIMIT: {
    meaning: 'The data is larger than a limit of this package.',
    advice: 'Use fewer or smaller images.',
  },
  DATA_LABEL: {
    meaning: 'A label is not one of the classes, or is missing.',
    advice: 'Correct the labels in the message.',
  },
  DATA_NOT_FOUND: {
    meaning: 'A file, folder or data set does not exist.',
    advice: 'Check the name or the path; download the set first.',
  },
  DATA_ARGUMENT: {
    meaning: 'An option or an argument is not valid.',
    advice: 'Pass a value that the message describes.',
  },
  DATA_DOWNLOAD: {
    meaning: 'A download failed after all attempts.',
    advice: 'Run the command again; it continues where it stopped.',
  },
  DATA_CHECKSUM: {
    meaning: 'A downloaded file is not the published one: its SHA-256 differs.',
    advice: 'Download it again; use another mirror if it repeats.',
  },
};

export type DataErrorCode = keyof typeof ERROR_CODES;

export interface DataErrorOptions {
  /** The file at fault, if any. */
  readonly file?: string | undefined;
  readonly cause?: unknown;
}

/** Every intended error of this package. The message says what was found, what was expected and what to do. */
export class DataError extends IsonoiseError<DataErrorCode> {
  readonly file: string | undefined;

  constructor(code: DataErrorCode, message: string, options: DataErrorOptions = {}) {
    super(code, message, options.cause === undefined ? undefined : { cause: options.cause });
    this.file = options.file;
  }
}

export type PictureErrorCode =
  | 'NON_FINITE_PIXEL'
  | 'BAD_SHAPE'
  | 'BAD_OPTION'
  /** More pixels than a format holds, or programs open. */
  | 'TOO_LARGE'
  | 'NO_FRAMES'
  | 'FRAMES_DIFFER'
  | 'NPY_MALFORMED'
  | 'NPY_UNSUPPORTED';

/** What went wrong while making or reading a picture file; `code` is stable, the message says what to do. */
export class PictureError extends Error {
  readonly code: PictureErrorCode;

  constructor(code: PictureErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PictureError';
    this.code = code;
  }
}

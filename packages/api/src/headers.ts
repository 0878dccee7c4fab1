/** Headers of a response with images. */
export const ANSWER_HEADERS: {
  /** `count,C,H,W` of a float32 body. */
  readonly shape: 'X-Isonoise-Shape';
  /** Name of the provider that computed the images. */
  readonly provider: 'X-Isonoise-Provider';
  /** Milliseconds from the first to the last step. */
  readonly elapsed: 'X-Isonoise-Elapsed-Ms';
  /** Class index if all images have the same class. */
  readonly class: 'X-Isonoise-Class';
  /** Notes for the caller, in ASCII. */
  readonly note: 'X-Isonoise-Note';
  readonly requestId: 'X-Request-Id';
} = {
  shape: 'X-Isonoise-Shape',
  provider: 'X-Isonoise-Provider',
  elapsed: 'X-Isonoise-Elapsed-Ms',
  class: 'X-Isonoise-Class',
  note: 'X-Isonoise-Note',
  requestId: 'X-Request-Id',
};

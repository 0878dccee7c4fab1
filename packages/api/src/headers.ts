/** Headers of an answer with images, beside its body: how they came about. */
export const ANSWER_HEADERS: {
  /** `count,C,H,W` of a float32 body. */
  readonly shape: 'X-Isonoise-Shape';
  /** Name of the provider that computed. */
  readonly provider: 'X-Isonoise-Provider';
  /** Milliseconds from the first step to the last. */
  readonly elapsed: 'X-Isonoise-Elapsed-Ms';
  /** Number of the class that was drawn, where it was one for all images. */
  readonly class: 'X-Isonoise-Class';
  /** What the caller should know of the request, in ASCII. */
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

/** Stable codes of failures of consumers. */
export type ConsumersErrorCode =
  | 'CONSUMERS_USAGE'
  | 'CONSUMERS_NOT_BUILT'
  | 'CONSUMERS_COMMAND'
  | 'CONSUMERS_PAGE'
  | 'CONSUMERS_UNEXPECTED';

export class ConsumersError extends Error {
  override readonly name = 'ConsumersError';
  readonly code: ConsumersErrorCode;

  constructor(code: ConsumersErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

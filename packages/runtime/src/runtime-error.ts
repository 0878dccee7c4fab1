/** What went wrong while running a model; stable, for programs. */
export type RuntimeErrorCode =
  | 'RUNTIME_CONTRACT'
  | 'RUNTIME_INPUT'
  | 'RUNTIME_OUTPUT'
  | 'RUNTIME_RUN'
  | 'RUNTIME_PROVIDER'
  | 'RUNTIME_REQUEST'
  | 'RUNTIME_WORKER'
  | 'RUNTIME_DISPOSED';

/** Opening or running a model failed; `message` says what was got, what is wanted and what to do. */
export class RuntimeError extends Error {
  override readonly name: string = 'RuntimeError';
  readonly code: RuntimeErrorCode;

  constructor(code: RuntimeErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

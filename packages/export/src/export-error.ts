/** What stopped an export, as a stable word for programs. */
export type ExportErrorCode =
  /** The ONNX file computes something else than the network. */
  | 'EXPORT_DIFFERS'
  /** There are not as many weights as the network has. */
  | 'EXPORT_WEIGHTS'
  /** The tfjs backend to compare with could not be started. */
  | 'EXPORT_REFERENCE';

/** Thrown before anything is written; the message says what to do. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
  readonly code: ExportErrorCode;

  constructor(code: ExportErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

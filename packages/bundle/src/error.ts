/** What went wrong with a bundle or a file of it; stable, for programs. */
export type BundleErrorCode =
  | 'SAFETENSORS_INVALID'
  | 'SAFETENSORS_TENSOR'
  | 'SAFETENSORS_LIMIT'
  | 'BUNDLE_FILE_MISSING'
  | 'BUNDLE_FILE_INVALID'
  | 'BUNDLE_HASH_MISMATCH'
  | 'BUNDLE_INCONSISTENT'
  | 'BUNDLE_VERSION'
  | 'BUNDLE_READ_ONLY'
  | 'BUNDLE_METADATA'
  /** A scheduler's betas make no schedule; as package schedule has it. */
  | 'SCHEDULE_CONFIG';

/** Reading, writing or verifying a bundle failed; `message` says what was found, what was expected and what to do. */
export class BundleError extends Error {
  override readonly name: string = 'BundleError';
  readonly code: BundleErrorCode;

  constructor(code: BundleErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

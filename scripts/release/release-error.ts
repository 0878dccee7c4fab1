/** What stopped a release; stable, for programs. */
export type ReleaseErrorCode =
  | 'RELEASE_USAGE'
  | 'RELEASE_CHANGESET'
  | 'RELEASE_CHANGELOG'
  | 'RELEASE_NOTHING'
  | 'RELEASE_VERSIONS'
  | 'RELEASE_CONDITIONS'
  | 'RELEASE_PROBLEMS'
  | 'RELEASE_COMMAND';

export class ReleaseError extends Error {
  override readonly name = 'ReleaseError';
  readonly code: ReleaseErrorCode;

  constructor(code: ReleaseErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

import { codeOf, IsonoiseError } from '@isonoise/error';

/** What a file system's codes mean, in words. */
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the disk',
  EDQUOT: "the user's quota of the disk is used up",
  EROFS: 'the disk is read-only',
  EACCES: 'there is no permission to write there',
  EPERM: 'there is no permission to write there',
  EFBIG: 'the file would be larger than allowed',
  EIO: 'the disk failed',
  ENOENT: 'its folder is gone',
  ENOTDIR: 'a part of the path is not a folder',
  EEXIST: 'a file of that name is in the way',
  EISDIR: 'it is a folder',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
};

/** A file could not be written. What was there before is as it was. */
export class WriteError extends IsonoiseError<'CLI_WRITE_FAILED'> {
  readonly file: string;

  /** `no space is left on the disk (ENOSPC)` */
  readonly reason: string;

  constructor(file: string, reason: string, cause: unknown) {
    super(
      'CLI_WRITE_FAILED',
      `write ${file}: ${reason}; what was there before is unchanged. Mend that and run the command again.`,
      { cause },
    );
    this.file = file;
    this.reason = reason;
  }
}

/**
 * Runs what writes a file, and names the file where it fails.
 *
 * @throws WriteError `CLI_WRITE_FAILED`
 */
export async function writing<T>(file: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    if (cause instanceof WriteError || !isSystemError(cause)) throw cause;
    throw new WriteError(file, `${REASONS[cause.code] ?? cause.message} (${cause.code})`, cause);
  }
}

function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && codeOf(error) !== undefined;
}

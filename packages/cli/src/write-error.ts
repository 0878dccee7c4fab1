import { codeOf, IsonoiseError } from '@isonoise/error';

/** Explanations of the error codes of file systems. */
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the disk',
  EDQUOT: "the user's disk quota is used up",
  EROFS: 'the disk is read-only',
  EACCES: 'permission to write is missing',
  EPERM: 'permission to write is missing',
  EFBIG: 'the file would exceed the size limit',
  EIO: 'the disk failed',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'a part of the path is not a folder',
  EEXIST: 'a file with that name already exists',
  EISDIR: 'it is a folder',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
};

/** Maximum number of written files in an error message. */
const MAX_NAMED = 5;

/** Error of a file that could not be written. */
export class WriteError extends IsonoiseError<'CLI_WRITE_FAILED'> {
  readonly file: string;

  /** The reason with the error code of the file system, such as `no space is left on the disk (ENOSPC)`. */
  readonly reason: string;

  /** @param written files that the same command has already written. Default: none */
  constructor(file: string, reason: string, cause: unknown, written: readonly string[] = []) {
    super(
      'CLI_WRITE_FAILED',
      `write ${file}: ${reason}; ${unchanged(written)}. Correct this and run the command again.`,
      { cause },
    );
    this.file = file;
    this.reason = reason;
  }
}

/** Describes which files are unchanged. */
function unchanged(written: readonly string[]): string {
  if (written.length === 0) return 'existing files are unchanged';
  const more = written.length - MAX_NAMED;
  return `already written: ${written.slice(0, MAX_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}; other files are unchanged`;
}

/**
 * Calls `write`. If the file system refuses, the error contains the path of the file.
 *
 * @param written files that the same command has already written. Default: none
 * @throws WriteError `CLI_WRITE_FAILED` if the file system refuses; other errors of `write`
 */
export async function writing<T>(
  file: string,
  write: () => Promise<T>,
  written: readonly string[] = [],
): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    if (cause instanceof WriteError || !isSystemError(cause)) throw cause;
    throw new WriteError(file, `${REASONS[cause.code] ?? cause.message} (${cause.code})`, cause, written);
  }
}

function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && codeOf(error) !== undefined;
}

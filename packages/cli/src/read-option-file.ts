import { isIsonoiseError } from '@isonoise/error';
import { readRegularFile } from '@isonoise/runtime-node';
import { CliError, type CliErrorCode } from './errors.ts';

/** A file that an option names. */
export interface OptionFile {
  readonly path: string;
  /** Beginning of errors, such as `--palette colours.gpl`. */
  readonly name: string;
  /** Description of the expected file, such as `a palette`. */
  readonly expected: string;
  /** Maximum length in bytes. Default: the limit of `readRegularFile`. */
  readonly mostBytes?: number;
  /** Code of the error. Default: `CLI_USAGE`. */
  readonly code?: CliErrorCode;
}

/**
 * Reads the file that an option names.
 *
 * @throws an error with `code` if the path does not exist, is not a regular file or cannot be read, or if the file is too
 *   long
 */
export async function readOptionFile({
  path,
  name,
  expected,
  mostBytes,
  code = 'CLI_USAGE',
}: OptionFile): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readRegularFile(path, mostBytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    // Our own errors already say what was expected and what to do.
    const problem = isIsonoiseError(cause)
      ? reason.replace(`read ${path}: `, '')
      : `cannot be read (${reason}); expected ${expected}. Check the path.`;
    throw new CliError(code, `${name}: ${problem}`, { cause });
  }
}

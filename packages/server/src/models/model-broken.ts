import { isIsonoiseError } from '@isonoise/error';
import { ServerError } from '../errors.ts';

/**
 * The answer for a bundle that cannot be used.
 *
 * @param cause a known error is quoted; others, such as those of the file system, name paths of this machine and stay in
 *   the log
 */
export function modelBroken(name: string, cause: unknown): ServerError {
  const reason = isIsonoiseError(cause) ? cause.message : 'its files cannot be read; the log says more.';
  return new ServerError('MODEL_BROKEN', `model ${name}: ${reason}`, { cause });
}

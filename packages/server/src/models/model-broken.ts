import { isIsonoiseError } from '@isonoise/error';
import { ServerError } from '../errors.ts';

/**
 * Creates the error for a bundle that cannot be used.
 *
 * @param cause isonoise errors are quoted; others, such as file system errors, may contain paths and are only
 *   logged
 */
export function modelBroken(name: string, cause: unknown): ServerError {
  const reason = isIsonoiseError(cause)
    ? cause.message
    : 'its files cannot be read. The log has the details.';
  return new ServerError('MODEL_BROKEN', `model ${name}: ${reason}`, { cause });
}

import { isIsonoiseError } from '@isonoise/error';
import { DataError } from '../errors.ts';
import { checkScans } from './check-scans.ts';
import type { JpegFile } from './jpeg-file.ts';
import { repairJpeg } from './repair.ts';

/** A JPEG with its harmless faults repaired. */
export interface RepairedJpeg {
  readonly bytes: Uint8Array;
  /** Whether the end marker was missing. If so, pixels may be missing too. */
  readonly endless: boolean;
  /** @throws DataError `DATA_FORMAT` if the entropy-coded data is cut off or damaged */
  checkPixels(): void;
}

/**
 * Repairs the harmless faults of a JPEG, so that strict decoders accept it.
 *
 * @param path prefix of the error messages
 * @throws DataError `DATA_FORMAT` if headers are damaged or cut off
 */
export function repairedJpeg(given: Uint8Array, path: string): RepairedJpeg {
  const file: JpegFile = named(path, () => repairJpeg(given));
  return { bytes: file.bytes, endless: file.endless, checkPixels: () => named(path, () => checkScans(file)) };
}

function named<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!isIsonoiseError(cause)) throw cause;
    throw new DataError(
      'DATA_FORMAT',
      `${path}: the JPEG ${cause.message}; expected a whole file. Get it again.`,
      { file: path, cause },
    );
  }
}

import { join } from 'node:path';
import type { BundleFiles } from '@isonoise/bundle';
import { nodeFiles } from '@isonoise/runtime-node';
import { writing } from '../write-error.ts';

/**
 * A folder that becomes a model once it is complete, to be written.
 *
 * @param folder where the files are written
 * @param out the folder's name when it is complete, for errors
 * @returns files whose `write` rejects with WriteError `CLI_WRITE_FAILED` that names the file
 */
export function outputFiles(folder: string, out: string): BundleFiles {
  const files = nodeFiles(folder);
  return { ...files, write: (path, bytes) => writing(join(out, path), () => files.write(path, bytes)) };
}

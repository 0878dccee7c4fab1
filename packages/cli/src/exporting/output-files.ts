import { join } from 'node:path';
import type { BundleFiles } from '@isonoise/bundle';
import { nodeFiles } from '@isonoise/runtime-node';
import { writing } from '../write-error.ts';

/**
 * Opens the folder of an unfinished model for writing.
 *
 * @param folder temporary folder that the files are written to
 * @param out final path of the folder, for errors
 * @returns files; if `write` fails, it rejects with `CLI_WRITE_FAILED` (WriteError) and the final path
 */
export function outputFiles(folder: string, out: string): BundleFiles {
  const files = nodeFiles(folder);
  return { ...files, write: (path, bytes) => writing(join(out, path), () => files.write(path, bytes)) };
}

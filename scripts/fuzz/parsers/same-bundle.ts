import { isDeepStrictEqual } from 'node:util';
import { type Bundle, type BundleFiles, readBundle, readWeights } from '@isonoise/bundle';
import { scriptError } from '../../script-error.ts';

/** Reads all content of a bundle except its notes. */
async function contentOf(files: BundleFiles): Promise<Omit<Bundle, 'notes'> & { weights: unknown }> {
  const { notes: _, ...bundle } = await readBundle(files);
  return { ...bundle, weights: await readWeights(files, bundle.manifest) };
}

/**
 * Creates a reader of changed copies of one bundle. The manifest has the hash of every file, so a copy must be
 * rejected or have the content of the original.
 *
 * The reader throws `FUZZ_FINDING` if the content of an accepted copy differs, and passes on the errors of
 * `readBundle`.
 */
export async function changeDetector(original: BundleFiles): Promise<(copy: BundleFiles) => Promise<void>> {
  const expected = await contentOf(original);
  return async (copy) => {
    const read = await contentOf(copy);
    if (!isDeepStrictEqual(read, expected))
      throw scriptError('FUZZ_FINDING', 'changed bytes were accepted, and the content differs');
  };
}

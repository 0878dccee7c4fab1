import { isDeepStrictEqual } from 'node:util';
import { type Bundle, type BundleFiles, readBundle, readWeights } from '@isonoise/bundle';
import { FuzzFinding } from './attempt.ts';

/** What a reader learns of a bundle, its notes apart. */
async function contentOf(files: BundleFiles): Promise<Omit<Bundle, 'notes'> & { weights: unknown }> {
  const { notes: _, ...bundle } = await readBundle(files);
  return { ...bundle, weights: await readWeights(files, bundle.manifest) };
}

/**
 * Makes a reader of changed copies of one bundle: since every file has its hash, a copy is refused or is read as the
 * original.
 *
 * @throws (the reader) FuzzFinding a change was accepted; what readBundle throws
 */
export async function changeDetector(original: BundleFiles): Promise<(copy: BundleFiles) => Promise<void>> {
  const expected = await contentOf(original);
  return async (copy) => {
    const read = await contentOf(copy);
    if (!isDeepStrictEqual(read, expected))
      throw new FuzzFinding('changed bytes were accepted and read as something else');
  };
}

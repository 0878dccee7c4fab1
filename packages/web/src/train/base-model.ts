import type { BundleFiles } from '@isonoise/bundle';
import { pickedFiles } from '@isonoise/runtime-web';
import { type BaseModel, bundleBase, trainError } from '@isonoise/train';
import type { BaseSource } from './run-record.ts';

/** The base model of a run, as the page sends it to the worker. */
export type ChosenBase =
  | Extract<BaseSource, { kind: 'served' }>
  | (Extract<BaseSource, { kind: 'opened' }> & { readonly files: readonly File[] });

/**
 * Reads the base model of a run.
 *
 * @throws `TRAIN_BASE` if the files cannot be fetched or are a single ONNX file; the errors of reading a bundle
 */
export async function openBase(base: ChosenBase): Promise<BaseModel> {
  if (base.kind === 'served') return bundleBase(servedFiles(base.url));
  const [first] = base.files;
  if (first?.name.endsWith('.onnx') === true)
    throw trainError(
      'TRAIN_BASE',
      `base model ${base.name} is a single .onnx file, which has no weights to train; expected a model’s folder or .zip. Open one of these.`,
    );
  return bundleBase(await pickedFiles(base.files));
}

/** Reads the files of a bundle on a server. @param url its folder, with a trailing slash */
function servedFiles(url: string): BundleFiles {
  return {
    description: url,
    async read(path) {
      const response = await fetch(new URL(path, url));
      if (!response.ok)
        throw trainError(
          'TRAIN_BASE',
          `base model: got HTTP ${response.status} for ${url}${path}; expected the file. Check that the server runs.`,
        );
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}

/** Returns the description of a base model that a run records. It does not contain the model's files. */
export const sourceOfBase = (base: ChosenBase): BaseSource =>
  base.kind === 'served' ? base : { kind: 'opened', name: base.name };

import { expect } from 'vitest';
import { BundleError } from '../src/error.ts';
import { BUNDLE_PATHS, type BundleFiles, memoryFiles } from '../src/files.ts';
import type { Golden } from '../src/golden.ts';
import { toSchedulerConfig } from '../src/schedule-mapping.ts';
import type { ModelSpec } from '../src/spec.ts';
import { type BundleParts, resealBundle, writeBundle } from '../src/write-bundle.ts';

/** What a small class-conditional model says of itself. */
export const spec: ModelSpec = {
  name: 'digits',
  image: { channels: 1, height: 8, width: 8 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }, { prediction_type: 'epsilon' }),
  classes: { count: 3, names: ['zero', 'one'], nullClass: 2 },
};
export const golden: Golden = {
  seed: '18446744073709551615',
  sampler: 'ddim',
  steps: 10,
  eta: 0,
  class: 1,
  guidance: 2,
  prediction: { t: 500, values: [Math.fround(0.1), -1.5], tolerance: 1e-5 },
  image: { values: [0.25], tolerance: 1e-4 },
  pngSha256: null,
};
/** Everything of a bundle. */
export const parts: BundleParts = {
  spec,
  unetConfig: {
    _class_name: 'UNet2DModel',
    sample_size: 8,
    in_channels: 1,
    num_class_embeds: 3,
    theirs: [1, 2],
  },
  onnx: Uint8Array.of(8, 9),
  weights: [{ name: 'conv_in.weight', dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) }],
  training: { dataset: 'mnist', steps: 100 },
  golden,
  readme: '# digits\n',
  extra: { 'plots/loss.svg': Uint8Array.of(1) },
};

/** The bundle of {@link parts}, in memory. */
export async function written(): Promise<Required<BundleFiles>> {
  const files = memoryFiles();
  await writeBundle(files, parts);
  return files;
}

/** {@link written} with one JSON file changed and, so that the change is what is found, sealed again. */
export async function changed(path: string, change: Record<string, unknown>): Promise<BundleFiles> {
  const files = await written();
  const json = JSON.parse(new TextDecoder().decode(await files.read(path))) as object;
  await files.write(path, new TextEncoder().encode(JSON.stringify({ ...json, ...change })));
  if (path !== BUNDLE_PATHS.manifest) await resealBundle(files);
  return files;
}

/** The error that an act must end in. */
export async function failure(act: Promise<unknown>): Promise<BundleError> {
  const error: unknown = await act.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BundleError);
  return error as BundleError;
}

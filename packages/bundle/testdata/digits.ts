import { IsonoiseError } from '@isonoise/error';
import { expect } from 'vitest';

import { BUNDLE_PATHS, type BundleFiles, memoryFiles } from '../src/files.ts';
import type { Golden } from '../src/golden.ts';
import { parseJsonObject } from '../src/json.ts';
import { sealManifest } from '../src/manifest-seal.ts';
import { toOnnxMetadata } from '../src/onnx-metadata.ts';
import { toSchedulerConfig } from '../src/schedule-mapping.ts';
import type { ModelSpec } from '../src/spec.ts';
import { type BundleParts, resealBundle, writeBundle } from '../src/write-bundle.ts';

/** Spec of a small class-conditional model. */
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
  settings: { eta: 0 },
  class: 1,
  guidance: 2,
  prediction: { t: 500, values: [Math.fround(0.1), -1.5], tolerance: 1e-5 },
  image: { values: [0.25], tolerance: 1e-4 },
  pngSha256: null,
};
/**
 * Returns a model.onnx that contains only the IR version, 8, and the metadata of a spec. It encodes the protobuf
 * message by hand.
 */
export function onnxOf(described: ModelSpec): Uint8Array {
  const field = (number: number, content: readonly number[]): number[] => {
    const { length } = content;
    const size = length < 128 ? [length] : [(length % 128) | 128, Math.floor(length / 128)];
    return [number * 8 + 2, ...size, ...content];
  };
  const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)];
  const entries = Object.entries(toOnnxMetadata(described)).map(([key, value]) =>
    field(14, [...field(1, utf8(key)), ...field(2, utf8(value))]),
  );
  return Uint8Array.from([8, 8, ...entries.flat()]);
}

/** Parts of a complete bundle. */
export const parts: BundleParts = {
  spec,
  networkConfig: {
    _class_name: 'UNet2DModel',
    sample_size: 8,
    in_channels: 1,
    num_class_embeds: 3,
    theirs: [1, 2],
  },
  onnx: onnxOf(spec),
  weights: [{ name: 'conv_in.weight', dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) }],
  training: { dataset: 'mnist', steps: 100 },
  golden,
  readme: '# digits\n',
  extra: { 'plots/loss.svg': Uint8Array.of(1) },
};

/** Returns the bundle of {@link parts}, in memory. */
export async function written(): Promise<Required<BundleFiles>> {
  const files = memoryFiles();
  await writeBundle(files, parts);
  return files;
}

/**
 * Returns {@link written} with one changed JSON file and a new manifest, so that only the change itself is detected.
 */
export async function changed(path: string, change: Record<string, unknown>): Promise<Required<BundleFiles>> {
  const files = await written();
  const json: object = parseJsonObject(await files.read(path), path);
  if (path === BUNDLE_PATHS.manifest) {
    const { sha256: _, ...content } = { ...json, ...change } as { sha256?: string };
    await files.write(path, sealManifest(content).bytes);
  } else {
    await files.write(path, new TextEncoder().encode(JSON.stringify({ ...json, ...change })));
    await resealBundle(files);
  }
  return files;
}

/** Returns {@link written} with a manifest of format 1, which has no hash of itself. */
export async function formatOne(change: Record<string, unknown> = {}): Promise<Required<BundleFiles>> {
  const files = await written();
  const { sha256: _, ...content } = parseJsonObject(await files.read('isonoise.json'), 'isonoise.json');
  const old = { ...content, formatVersion: 1, ...change };
  await files.write('isonoise.json', new TextEncoder().encode(JSON.stringify(old)));
  return files;
}

/** Returns the error with which a promise rejects. Fails if it does not reject. */
export async function failure(act: Promise<unknown>): Promise<IsonoiseError> {
  const error: unknown = await act.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(IsonoiseError);
  return error as IsonoiseError;
}

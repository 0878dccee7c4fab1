import { BUNDLE_PATHS, type Bundle, type Golden, type ModelSpec, readOnnxFile } from '@isonoise/bundle';
import { sha256Hex } from '../sha256.ts';

/** A model from any source, ready to run. */
export interface OpenedModel {
  readonly spec: ModelSpec;
  readonly golden: Golden | null;
  readonly onnx: Uint8Array;
  /** SHA-256 of `onnx`. */
  readonly sha256: string;
}

/** Converts a bundle to an opened model. */
export function openedBundle({ spec, manifest, onnx }: Bundle): OpenedModel {
  const { sha256 } = manifest.files[BUNDLE_PATHS.onnx] ?? { sha256: '' };
  return { spec, golden: manifest.golden, onnx, sha256 };
}

/**
 * Converts an ONNX file to an opened model.
 *
 * @param name name or address of the file, for errors
 * @throws the errors of `readOnnxFile`, such as `BUNDLE_METADATA` if the file was not exported by isonoise
 */
export async function openedOnnx(file: Uint8Array, name: string): Promise<OpenedModel> {
  const { training: _, ...model } = await readOnnxFile(file, sha256Hex, name);
  return model;
}

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decodeSafetensors, encodeSafetensors, type SafeTensor } from '@isonoise/bundle';
import { codeOf } from '@isonoise/error';
import { readRegularFile } from '@isonoise/runtime-node';
import { atomicWrite } from '../atomic-write.ts';
import type { DrawnImages, ImageFeatures } from './feature-network.ts';

/** Writes features of images to a file. Readers never see an incomplete file. */
export async function writeFeatures(path: string, images: ImageFeatures | DrawnImages): Promise<void> {
  const { features, width, logits } = images;
  const count = features.length / width;
  const floats = (name: string, data: Float32Array): SafeTensor => ({
    name,
    dtype: 'F32',
    shape: [count, data.length / count],
    data,
  });
  const tensors = [floats('features', features), ...(logits === null ? [] : [floats('logits', logits)])];
  if ('pixels' in images) {
    const { pixels: data } = images;
    tensors.push({ name: 'pixels', dtype: 'U8', shape: [count, data.length / count], data });
  }
  await mkdir(dirname(path), { recursive: true });
  await atomicWrite(path, encodeSafetensors(tensors));
}

/**
 * Reads features of images; null if the file does not exist or contains no features.
 *
 * @throws `BUNDLE_SAFETENSORS_INVALID` if the file is damaged
 */
export async function readFeatures(path: string): Promise<ImageFeatures | null> {
  return (await readTensors(path))?.images ?? null;
}

/**
 * Reads drawn images; null if the file does not exist, or if an earlier version wrote it without pixels.
 *
 * @throws `BUNDLE_SAFETENSORS_INVALID` if the file is damaged
 */
export async function readDrawn(path: string): Promise<DrawnImages | null> {
  const read = await readTensors(path);
  return read?.pixels instanceof Uint8Array ? { ...read.images, pixels: read.pixels } : null;
}

async function readTensors(
  path: string,
): Promise<{ readonly images: ImageFeatures; readonly pixels: SafeTensor['data'] | undefined } | null> {
  let bytes: Uint8Array;
  try {
    bytes = await readRegularFile(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  const { tensors } = decodeSafetensors(bytes, `evaluate: ${path}`);
  const stored = tensors.get('features');
  const logits = tensors.get('logits');
  if (!(stored?.data instanceof Float32Array)) return null;
  return {
    images: {
      features: stored.data,
      width: stored.shape[1] ?? 0,
      logits: logits?.data instanceof Float32Array ? logits.data : null,
    },
    pixels: tensors.get('pixels')?.data,
  };
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || (error instanceof Error && codeOf(error.cause) === 'ENOENT');
}

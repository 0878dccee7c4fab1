import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decodeSafetensors, encodeSafetensors, type SafeTensor } from '@isonoise/bundle';
import { codeOf } from '@isonoise/error';
import { readRegularFile } from '@isonoise/runtime-node';
import { atomicWrite } from '../atomic-write.ts';
import type { ImageFeatures } from './feature-network.ts';

/** Writes features of images to a file; a reader never sees a part of it. */
export async function writeFeatures(path: string, { features, width, logits }: ImageFeatures): Promise<void> {
  const count = features.length / width;
  const tensor = (name: string, data: Float32Array): SafeTensor => ({
    name,
    dtype: 'F32',
    shape: [count, data.length / count],
    data,
  });
  const tensors = [tensor('features', features), ...(logits === null ? [] : [tensor('logits', logits)])];
  await mkdir(dirname(path), { recursive: true });
  await atomicWrite(path, encodeSafetensors(tensors));
}

/** Reads features of images; null if the file does not exist. @throws `BUNDLE_SAFETENSORS_INVALID` it is damaged */
export async function readFeatures(path: string): Promise<ImageFeatures | null> {
  let bytes: Uint8Array;
  try {
    bytes = await readRegularFile(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  const { tensors } = decodeSafetensors(bytes);
  const stored = tensors.get('features');
  const logits = tensors.get('logits');
  if (!(stored?.data instanceof Float32Array)) return null;
  return {
    features: stored.data,
    width: stored.shape[1] ?? 0,
    logits: logits?.data instanceof Float32Array ? logits.data : null,
  };
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || (error instanceof Error && codeOf(error.cause) === 'ENOENT');
}

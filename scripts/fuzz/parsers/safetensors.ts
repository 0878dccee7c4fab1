import { isDeepStrictEqual } from 'node:util';
import { decodeSafetensors, encodeSafetensors } from '@isonoise/bundle';
import { scriptError } from '../../script-error.ts';
import { FuzzRandom } from '../random.ts';
import type { FuzzTarget } from '../target.ts';
import { attempt } from './attempt.ts';
import { mutated } from './mutate.ts';
import { type Json, mutatedJson } from './mutate-json.ts';

const original = encodeSafetensors(
  [
    { name: 'weight', dtype: 'F32', shape: [2, 3], data: new Float32Array([1, 2, 3, 4, 5, 6]) },
    { name: 'bias', dtype: 'F32', shape: [3], data: new Float32Array([7, 8, 9]) },
    { name: 'empty', dtype: 'F32', shape: [0, 4], data: new Float32Array() },
    { name: 'labels', dtype: 'I32', shape: [2], data: new Int32Array([1, 2]) },
  ],
  { format: 'pt', note: 'é' },
);
const headerBytes = Number(new DataView(original.buffer, original.byteOffset).getBigUint64(0, true));
const header = JSON.parse(new TextDecoder().decode(original.subarray(8, 8 + headerBytes))) as Json;

/** Returns the original file with its header replaced by `text`. */
function withHeader(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const file = new Uint8Array(8 + bytes.length + original.length - 8 - headerBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(bytes.length), true);
  file.set(bytes, 8);
  file.set(original.subarray(8 + headerBytes), 8 + bytes.length);
  return file;
}

/** Reads a file and checks that its content can be written and read again unchanged. */
function read(bytes: Uint8Array): void {
  const first = decodeSafetensors(bytes);
  const again = decodeSafetensors(encodeSafetensors([...first.tensors.values()], first.metadata));
  if (!isDeepStrictEqual(again, first))
    throw scriptError('FUZZ_FINDING', 'the content changed when it was written and read again');
}

export const safetensorsTarget: FuzzTarget = {
  about: 'safetensors files with changed bytes or headers',
  tryOne: async (seed) => {
    const random = new FuzzRandom(seed);
    const bytes = random.chance(0.5) ? mutated(original, random) : withHeader(mutatedJson(header, random));
    return attempt(() => read(bytes));
  },
};

import { readFileSync } from 'node:fs';
import { readOnnxFile, toSingleFile } from '@isonoise/bundle';
import { checkModel, countFlops, decodeModel, describeModel, encodeModel, toFloat16 } from '@isonoise/onnx';
import { decomposeLayerNorm } from '@isonoise/onnx/decompose-layer-norm';
import { FuzzRandom } from '../random.ts';
import type { FuzzTarget } from '../target.ts';
import { attempt } from './attempt.ts';
import { mutated } from './mutate.ts';
import { smallOnnx } from './small-bundle.ts';

const testdata = (name: string): Uint8Array =>
  readFileSync(new URL(`../../../packages/onnx/testdata/${name}`, import.meta.url));
/**
 * ONNX files: a network, the same network with its metadata, and files written by the ONNX project's library. The
 * last three files contain every kind of attribute, graphs inside nodes, and tensors.
 */
const models = [
  smallOnnx,
  toSingleFile({ manifest: { golden: null, training: { steps: 1 } }, onnx: smallOnnx }),
  testdata('kitchen-sink.onnx'),
  testdata('control-flow.onnx'),
  testdata('tensors.onnx'),
];

/** Functions that read untrusted ONNX files, by name. */
const READERS: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  decode: (bytes) => encodeModel(decodeModel(bytes)),
  check: (bytes) => checkModel(decodeModel(bytes)),
  describe: (bytes) => describeModel(decodeModel(bytes)),
  flops: (bytes) => countFlops(decodeModel(bytes).graph),
  float16: (bytes) => toFloat16(decodeModel(bytes)),
  norms: decomposeLayerNorm,
  metadata: readOnnxFile,
};
const readers = Object.keys(READERS);

export const onnxTarget: FuzzTarget = {
  about: `ONNX files with changed bytes, given to ${readers.join(', ')}`,
  tryOne: async (seed) => {
    const random = new FuzzRandom(seed);
    const bytes = mutated(random.pick(models), random);
    const reader = random.pick(readers);
    return attempt(() => READERS[reader]?.(bytes));
  },
};

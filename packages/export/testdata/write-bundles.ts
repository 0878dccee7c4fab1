/**
 * Writes the bundles that check_with_diffusers.py reads.
 *
 *     node --conditions=@isonoise/source --import tsx packages/export/testdata/write-bundles.ts FOLDER
 */
import '@tensorflow/tfjs-backend-cpu';
import { join } from 'node:path';
import { nodeFiles } from '@isonoise/runtime-node';
import { exportBundle } from '../src/export-bundle.ts';
import type { Precision } from '../src/network-model.ts';
import { cpuSession, type SmallModel, smallModel } from './small-networks.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('write-bundles: no arguments; expected a folder. Name the folder to write to.');

const bundles: Record<string, { readonly model: SmallModel; readonly precision?: Precision }> = {
  unconditional: { model: smallModel({ channels: 3, size: 12 }) },
  conditional: { model: smallModel({ classes: 3 }) },
  'conditional-float16': { model: smallModel({ classes: 3 }), precision: 'float16' },
};
for (const [name, { model, precision = 'float32' }] of Object.entries(bundles)) {
  const { comparison } = await exportBundle(nodeFiles(join(folder, name)), {
    ...model,
    precision,
    createSession: (onnx) => cpuSession(onnx),
    referenceBackend: 'cpu',
    card: { license: 'apache-2.0' },
    sheet: { count: 4, steps: 3 },
  });
  console.log(name, comparison);
}

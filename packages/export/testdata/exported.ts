import '@tensorflow/tfjs-backend-cpu';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { memoryFiles, readBundle } from '@isonoise/bundle';
import type { Model } from '@isonoise/onnx';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { exportBundle } from '../src/export-bundle.ts';
import type { ExportRequest } from '../src/export-request.ts';
import { cpuSession, type SmallModel, smallModel } from './small-networks.ts';

// In Node, the package cannot find its .wasm files by itself.
const wasm = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
setWasmPaths(join(dirname(wasm), 'dist') + sep);
setThreadsCount(1);

/** Returns a request to export a small model. */
export function request(model: SmallModel, more: Partial<ExportRequest> = {}): ExportRequest {
  return {
    ...model,
    createSession: (onnx) => cpuSession(onnx, 1),
    referenceBackend: 'wasm',
    training: { dataset: 'none' },
    card: { license: 'apache-2.0' },
    sheet: { count: 4, steps: 3 },
    ...more,
  };
}

/** Exports a small model, and reads the bundle. */
export async function exported(more: Partial<ExportRequest> = {}, model: SmallModel = smallModel({ classes: 3 })) {
  const files = memoryFiles();
  const result = await exportBundle(files, request(model, more));
  return { files, result, model, bundle: await readBundle(files) };
}

/** Returns the initializer with this name. */
export const initializer = ({ graph }: Model, name: string) => graph.initializers.find((each) => each.name === name);

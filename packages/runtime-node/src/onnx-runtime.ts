/**
 * The package onnxruntime-node. It is an optional dependency, since its install script downloads CUDA libraries from
 * outside the npm registry: as a plain dependency it would make every `npm install` fail that cannot reach that host,
 * also that of a page, which needs none of it.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { runtimeError } from '@isonoise/runtime/worker';
import { threadScript } from '#thread';

/**
 * Its folder, as the model's thread finds it.
 * @throws `RUNTIME_PROVIDER` it is not installed
 */
export function onnxRuntimeFolder(script: string | URL = threadScript().file): string {
  try {
    return path.dirname(createRequire(script).resolve('onnxruntime-node/package.json'));
  } catch (cause) {
    const manifest: unknown = JSON.parse(
      readFileSync(createRequire(script).resolve('@isonoise/runtime-node/package.json'), 'utf8'),
    );
    const { optionalDependencies } = manifest as { optionalDependencies: Readonly<Record<string, string>> };
    throw runtimeError(
      'RUNTIME_PROVIDER',
      'loadModel: the package onnxruntime-node is not installed; expected it beside @isonoise/runtime-node. npm leaves it ' +
        'out where its install script cannot download CUDA from api.nuget.org. The CPU needs no download: ' +
        `npm install onnxruntime-node@${optionalDependencies['onnxruntime-node']} --ignore-scripts`,
      { cause },
    );
  }
}

/**
 * ONNX Runtime in this thread. Its telemetry, on by default in its builds for Linux and Windows, is off unless
 * `ORT_DISABLE_TELEMETRY` was set to something else: it writes an id of the device into the user's home, and reports
 * hashes of the models that are loaded.
 *
 * @throws `RUNTIME_PROVIDER` it is not installed
 */
export async function importOnnxRuntime(): Promise<typeof import('onnxruntime-node')> {
  const folder = onnxRuntimeFolder();
  withoutTelemetry();
  // By its place: a bundler that met the name here would try to take its native code in.
  return createRequire(path.join(folder, 'package.json'))(folder);
}

/** In the main thread: native code sees the environment of the process, which a thread's `process.env` is a copy of. */
export function withoutTelemetry(): void {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
}

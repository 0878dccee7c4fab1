/**
 * Finds the package onnxruntime-node. It is an optional dependency, because its install script downloads CUDA
 * libraries from outside the npm registry. With a regular dependency, `npm install` would fail wherever this download
 * is blocked, even in web projects, which do not need the package.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { runtimeError } from '@isonoise/runtime/worker';
import { threadScript } from '#thread';

/**
 * Finds the folder of onnxruntime-node, resolved from the script of the model's thread.
 *
 * @throws `RUNTIME_PROVIDER` if the package is not installed
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
      'loadModel: the package onnxruntime-node is not installed; expected it beside @isonoise/runtime-node. npm skips it ' +
        'if its install script cannot download CUDA from api.nuget.org. Install it without the download for the CPU: ' +
        `npm install onnxruntime-node@${optionalDependencies['onnxruntime-node']} --ignore-scripts`,
      { cause },
    );
  }
}

/**
 * Imports ONNX Runtime in this thread, with its telemetry off unless `ORT_DISABLE_TELEMETRY` is set. In the builds
 * for Linux and Windows, telemetry is on by default. It writes a device id into the user's home folder and reports
 * hashes of loaded models.
 *
 * @throws `RUNTIME_PROVIDER` if the package is not installed
 */
export async function importOnnxRuntime(): Promise<typeof import('onnxruntime-node')> {
  const folder = onnxRuntimeFolder();
  withoutTelemetry();
  // Require the package by its path. If its name occurred here, bundlers would try to include the native code.
  return createRequire(path.join(folder, 'package.json'))(folder);
}

/**
 * Turns ONNX Runtime's telemetry off. Must run in the main thread, because a worker's `process.env` is only a copy,
 * and native code reads the environment of the process.
 */
export function withoutTelemetry(): void {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
}

import type { IsonoiseError } from '@isonoise/error';
import { findGpu, forWasm, loadOrt } from '@isonoise/runtime-web/ort';
import type { SessionFactory } from '@isonoise/train';
import { webError } from '../errors.ts';
import type { DeviceChoice } from './run-record.ts';

/**
 * Creates a factory for sessions of onnxruntime-web in this worker, only on the requested device.
 *
 * @returns a factory that rejects with `TRAIN_ENGINE` or `TRAIN_MEMORY`
 * @throws `TRAIN_ENGINE` if WebGPU is requested but not available
 */
export async function createTabSession({ device, threads }: DeviceChoice): Promise<SessionFactory> {
  if (device === 'webgpu') await requireGpu();
  const ort = await loadOrt({ build: device, threads });
  return async (model) => {
    try {
      return await ort.InferenceSession.create(device === 'wasm' ? forWasm(model) : model, {
        executionProviders: [device],
        // Gradients and Adam moments of unimportant weights fall below 1e-38; CPUs are slow with such
        // denormals.
        extra: { session: { set_denormal_as_zero: '1' } },
      });
    } catch (cause) {
      throw engineError(cause, device);
    }
  };
}

/** Converts an error of ONNX Runtime to one with a code and advice. */
export function engineError(cause: unknown, device: DeviceChoice['device']): IsonoiseError {
  const reason = cause instanceof Error ? cause.message.trim() : String(cause);
  if (/bad_alloc|out of memory|Aborted|memory access out of bounds/i.test(reason)) {
    return webError(
      'TRAIN_MEMORY',
      `train: the memory of this tab is used up (${reason}); expected enough for a training step. ` +
        'Use fewer images per step, smaller images or a smaller recipe.',
      { cause },
    );
  }
  return webError(
    'TRAIN_ENGINE',
    `train: ONNX Runtime failed on ${device} (${reason}); expected it to run the training step. ` +
      (device === 'webgpu'
        ? 'Choose WebAssembly; no other device was tried.'
        : 'Reload the page; if the error persists, report it.'),
    { cause },
  );
}

async function requireGpu(): Promise<void> {
  const gpu = await findGpu();
  if (typeof gpu !== 'string') return;
  throw webError(
    'TRAIN_ENGINE',
    `train: WebGPU was requested, but ${gpu}. Choose WebAssembly; no other device was tried.`,
  );
}

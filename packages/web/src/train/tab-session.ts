import type { IsonoiseError } from '@isonoise/error';
import { findGpu, forWasm, loadOrt } from '@isonoise/runtime-web/ort';
import type { SessionFactory } from '@isonoise/train';
import { webError } from '../errors.ts';
import type { DeviceChoice } from './run-record.ts';

/**
 * Makes sessions of onnxruntime-web in this worker, on the device asked for and no other.
 *
 * @returns a factory that rejects with `TRAIN_ENGINE`, `TRAIN_MEMORY`
 */
export async function createTabSession({ device, threads }: DeviceChoice): Promise<SessionFactory> {
  if (device === 'webgpu') await requireGpu();
  const ort = await loadOrt({ build: device, threads });
  return async (model) => {
    try {
      return await ort.InferenceSession.create(device === 'wasm' ? forWasm(model) : model, {
        executionProviders: [device],
        // Gradients and Adam's moments of weights that hardly matter sink below 1e-38, where CPUs are slow.
        extra: { session: { set_denormal_as_zero: '1' } },
      });
    } catch (cause) {
      throw engineError(cause, device);
    }
  };
}

/** @returns why a session could not be made or run, with what to do */
export function engineError(cause: unknown, device: DeviceChoice['device']): IsonoiseError {
  const reason = cause instanceof Error ? cause.message.trim() : String(cause);
  if (/bad_alloc|out of memory|Aborted|memory access out of bounds/i.test(reason)) {
    return webError(
      'TRAIN_MEMORY',
      `train: the memory of this tab is used up (${reason}). Take fewer images a step, smaller images or a smaller ` +
        'recipe.',
      { cause },
    );
  }
  return webError(
    'TRAIN_ENGINE',
    `train: ONNX Runtime cannot run the step on ${device}: ${reason}. ` +
      (device === 'webgpu'
        ? 'Choose WebAssembly; nothing else was tried in its place.'
        : 'Reload the page; if it happens again, please report it.'),
    { cause },
  );
}

async function requireGpu(): Promise<void> {
  const gpu = await findGpu();
  if (typeof gpu !== 'string') return;
  throw webError(
    'TRAIN_ENGINE',
    `train: WebGPU was asked for, but ${gpu}. Choose WebAssembly; nothing else was tried in its place.`,
  );
}

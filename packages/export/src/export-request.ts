import type { JsonObject, ModelCardOptions, ModelSpec } from '@isonoise/bundle';
import type { Network } from '@isonoise/network';
import type { InferenceSession } from 'onnxruntime-common';
import type { Precision } from './network-model.ts';
import type { SheetSize } from './sample-sheet.ts';

/** What an export is made of. */
export interface ExportRequest {
  readonly spec: ModelSpec;
  readonly network: Network;
  /** `unet/config.json`. */
  readonly networkConfig: JsonObject;
  /** Weights to export, flat `[P]`, in the order of the network's parameters: the EMA. */
  readonly theta: Float32Array;
  /** ONNX Runtime over the bytes of a model; the export releases what it was given. */
  readonly createSession: (model: Uint8Array) => Promise<InferenceSession>;
  /** tfjs backend for the check: `wasm` is fast, `cpu` is always there. */
  readonly referenceBackend: string;
  /** What `unet/model.onnx` computes in. The safetensors hold float32 weights either way. Default float32. */
  readonly precision?: Precision | undefined;
  /** Free JSON for the manifest: dataset, steps, loss, time, command. */
  readonly training?: JsonObject | undefined;
  /** What the model card tells. */
  readonly card: Omit<ModelCardOptions, 'samples'>;
  /** The sheet of samples. Default 20 images, classes in turn, in 20 steps: most of the time that an export takes. */
  readonly sheet?: SheetSize | undefined;
  /** Further files by path, a loss curve for example. */
  readonly extra?: Readonly<Record<string, Uint8Array>> | undefined;
}

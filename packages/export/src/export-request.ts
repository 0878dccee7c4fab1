import type { JsonObject, ModelCardOptions, ModelSpec } from '@isonoise/bundle';
import type { Network } from '@isonoise/network';
import type { InferenceSession } from 'onnxruntime-common';
import type { Precision } from './network-model.ts';
import type { SheetOptions } from './sample-sheet.ts';

/** Inputs of an export. */
export interface ExportRequest {
  readonly spec: ModelSpec;
  readonly network: Network;
  /** Content of `unet/config.json`. */
  readonly networkConfig: JsonObject;
  /** Weights to export (the EMA), flat `[P]`, in the order of the network's parameters. */
  readonly theta: Float32Array;
  /** Creates an ONNX Runtime session from the bytes of a model. The export releases the session. */
  readonly createSession: (model: Uint8Array) => Promise<InferenceSession>;
  /** Name of the tfjs backend for the check: `wasm` is fast, `cpu` is always available. */
  readonly referenceBackend: string;
  /** Precision of `unet/model.onnx`. Default float32. */
  readonly precision?: Precision | undefined;
  /** Whether the safetensors contain float16 weights, which halves the file size. Default false: float32. */
  readonly halfWeights?: boolean | undefined;
  /** Facts about the training for the manifest, such as data set, steps, loss, time and command. */
  readonly training?: JsonObject | undefined;
  /** Content of the model card. */
  readonly card: Omit<ModelCardOptions, 'samples'>;
  /**
   * Options of the sample sheet, whose drawing takes most of the time of an export. Default 20 images.
   */
  readonly sheet?: SheetOptions | undefined;
  /** Additional files by path, for example a loss curve. */
  readonly extra?: Readonly<Record<string, Uint8Array>> | undefined;
}

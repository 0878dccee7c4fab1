import type { PackedError } from '@isonoise/error';
import type { BeginEvent, CheckpointEvent, EndEvent, StepEvent } from '@isonoise/train';
import type { FolderFile } from '../files/dropped-files.ts';
import type { MnistAssets } from './embedded-mnist.ts';
import type { RunRecord } from './run-record.ts';
import type { StoredSamples } from './run-storage.ts';
import type { TrainChoice } from './train-form.ts';

/** The images of a new run. */
export type ChosenImages =
  | { readonly kind: 'mnist' }
  | { readonly kind: 'folder'; readonly name: string; readonly files: readonly FolderFile[] };

/** What the page asks of the training worker; one thing at a time, but for `pause`. */
export type TrainingRequest =
  | {
      readonly type: 'begin';
      readonly choice: TrainChoice;
      readonly images: ChosenImages;
      readonly mnist: MnistAssets;
    }
  | { readonly type: 'resume'; readonly run: string; readonly mnist: MnistAssets }
  /** Ends the training under way after its step, with a checkpoint. */
  | { readonly type: 'pause' }
  | { readonly type: 'export'; readonly run: string; readonly tfjsWasm: TfjsWasmAssets };

/** Addresses of the binaries of tfjs's wasm backend, with which an export is compared. */
export interface TfjsWasmAssets {
  readonly threaded: string;
  readonly simd: string;
  readonly plain: string;
}

/** What the worker tells, in order. */
export type TrainingMessage =
  /** What it is at, before the first step or while exporting. `done` is in [0, 1], null where nobody knows. */
  | { readonly type: 'stage'; readonly text: string; readonly done: number | null }
  /** What the user should know about the images of a new run; may be nothing. */
  | { readonly type: 'remarks'; readonly remarks: readonly string[] }
  /** The run as it is kept, and what it runs on. */
  | { readonly type: 'run'; readonly record: RunRecord; readonly engine: string }
  | { readonly type: 'progress'; readonly event: ProgressEvent }
  | { readonly type: 'samples'; readonly samples: StoredSamples }
  | { readonly type: 'exported'; readonly model: ExportedModel }
  | { readonly type: 'failed'; readonly error: PackedError };

export type ProgressEvent =
  | (Omit<BeginEvent, 'damaged'> & { readonly damaged: readonly string[] })
  | StepEvent
  | CheckpointEvent
  | EndEvent;

export interface ExportedModel {
  readonly name: string;
  /** The bundle, zipped. */
  readonly zip: Uint8Array<ArrayBuffer>;
  /** Of the ONNX file to tfjs, over all outputs tried. */
  readonly largestDifference: number;
  readonly step: number;
}

import type { PackedError } from '@isonoise/error';
import type { BeginEvent, CheckpointEvent, EndEvent, StepEvent } from '@isonoise/train';
import type { FolderFile } from '../files/dropped-files.ts';
import type { ChosenBase } from './base-model.ts';
import type { MnistAssets } from './embedded-mnist.ts';
import type { ImageLook } from './image-look.ts';
import type { PictureChoice } from './picture-choice.ts';
import type { RunRecord } from './run-record.ts';
import type { StoredSamples } from './run-storage.ts';
import type { RunGraph } from './trace-run.ts';
import type { TrainChoice } from './train-form.ts';

/** The images of a new run. */
export type ChosenImages =
  | { readonly kind: 'mnist' }
  | { readonly kind: 'folder'; readonly name: string; readonly files: readonly FolderFile[] };

/** A run that has not begun. */
export interface ChosenRun {
  readonly choice: TrainChoice;
  readonly images: ChosenImages;
  /** The model that the run starts from; null for none. */
  readonly base: ChosenBase | null;
  readonly mnist: MnistAssets;
}

/** Requests of the page to the training worker. While a request is handled, only `pause` is allowed. */
export type TrainingRequest =
  | (ChosenRun & { readonly type: 'begin' })
  /** Reads images and describes them. */
  | {
      readonly type: 'look';
      readonly pictures: PictureChoice;
      readonly images: ChosenImages;
      /** The run that the form describes, for advice; null while the form is invalid. */
      readonly run: ChosenRun | null;
    }
  /** Measures the time of a step of a run, without beginning it. */
  | (ChosenRun & { readonly type: 'measure' })
  | { readonly type: 'resume'; readonly run: string; readonly mnist: MnistAssets }
  /** Ends the current training after the running step, with a checkpoint. */
  | { readonly type: 'pause' }
  /** Traces the network of the last checkpoint of a run, for drawing. */
  | { readonly type: 'graph'; readonly run: string }
  | { readonly type: 'export'; readonly run: string; readonly tfjsWasm: TfjsWasmAssets };

/** URLs of the binaries of tfjs's WASM backend, used to check an export. */
export interface TfjsWasmAssets {
  readonly threaded: string;
  readonly simd: string;
  readonly plain: string;
}

/** Messages of the worker to the page, in order. */
export type TrainingMessage =
  /** Current activity before the first step or during an export. `done` is in [0, 1]; null if unknown. */
  | { readonly type: 'stage'; readonly text: string; readonly done: number | null }
  /** Notes and warnings about the images of a new run; may be empty. */
  | { readonly type: 'remarks'; readonly remarks: readonly string[] }
  /** The stored record of the run, and a description of its engine. */
  | { readonly type: 'run'; readonly record: RunRecord; readonly engine: string }
  | { readonly type: 'look'; readonly look: ImageLook }
  | { readonly type: 'pace'; readonly secondsPerStep: number }
  | { readonly type: 'progress'; readonly event: ProgressEvent }
  | { readonly type: 'samples'; readonly samples: StoredSamples }
  /** The checkpoint of this step could not be stored and is only in the worker's memory. `failed` follows. */
  | { readonly type: 'unsaved'; readonly step: number }
  | { readonly type: 'graph'; readonly graph: RunGraph }
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
  /** Largest difference between the outputs of ONNX Runtime and tfjs. */
  readonly largestDifference: number;
  readonly step: number;
}

import type { ImageRecord, Model, ModelResumeRequest, ModelSampleRequest } from '@isonoise/runtime';
import type { DrawnImages } from './drawing.ts';
import type { FirstFrame } from './step-recorder.ts';

/** Everything that a run needs. */
export interface Run {
  readonly images: DrawnImages;
  readonly model: Pick<Model, 'sample' | 'provider'>;
  readonly request: ModelSampleRequest | ModelResumeRequest;
  /** The first image alone, which is drawn and shown ahead of the others. */
  readonly lead?: ModelSampleRequest | undefined;
  readonly first: FirstFrame;
  readonly steps: number;
  /**
   * Notes about the images of a run that consists of several runs, such as an interpolation. It can be neither saved nor
   * described by one request. Undefined for other runs.
   */
  readonly composed?: (() => readonly string[]) | undefined;
  /**
   * Changes the finished images, for example their colours to those of a palette. By default, they stay as they were
   * drawn.
   */
  readonly finish?: RunFinish | undefined;
}

/** How the finished images of a run are changed. */
export interface RunFinish {
  /** Fields of the request in PNG files. */
  readonly record: Pick<ImageRecord, 'finish' | 'palette'>;
  /** Changes images `[N, C, H, W]`. */
  apply(images: Float32Array): Promise<Float32Array>;
}

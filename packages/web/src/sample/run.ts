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
   * Describes the images of a run that consists of several runs, such as an interpolation. Such a run cannot be saved as
   * a state of sampling. Undefined for other runs.
   */
  readonly composed?: (() => Composed) | undefined;
  /**
   * Changes the finished images, for example their colours to those of a palette. By default, they stay as they were
   * drawn.
   */
  readonly finish?: RunFinish | undefined;
}

/** Facts about the images of several runs. They are known when the runs are finished. */
interface Composed {
  /** The request, for PNG files. */
  readonly record: ImageRecord;
  readonly notes: readonly string[];
}

/** How the finished images of a run are changed. */
export interface RunFinish {
  /** Fields of the request in PNG files. */
  readonly record: Pick<ImageRecord, 'finish' | 'palette'>;
  /** Changes images `[N, C, H, W]`. */
  apply(images: Float32Array): Promise<Float32Array>;
}

import type { SampleStep, SavedSampling } from '@isonoise/sampler';
import type { JobRecord } from './job-record.ts';

/** A network that draws ranges. Several ranges may be drawn at the same time. */
export interface RangeModel {
  /** Kind of processor: networks of one bundle and one kind draw equal bits. */
  readonly kind: string;
  /** Draws the images of a range, step by step. @throws the signal's reason if aborted */
  draw(start: SavedSampling, signal: AbortSignal): AsyncIterable<SampleStep>;
  /** Ends the use of the network. */
  release(): void;
}

/** The networks of a worker. */
export interface RangeModels {
  /**
   * Opens the network of a job, and its guide if it has one.
   *
   * @param stopping aborts a download
   * @throws `JOBS_BUNDLE` if the worker has no such bundle and cannot fetch it; errors of opening a bundle
   */
  open(record: JobRecord, stopping: AbortSignal): Promise<RangeModel>;
}

/** Limits of a run. Above these limits, a step would not fit in memory, or numbers would lose digits. */
export const TRAIN_LIMITS: Readonly<
  Record<'images' | 'values' | 'steps' | 'minutes' | 'snapshots' | 'noiseCandidates', number>
> = {
  /** Images per step, and images in a sample sheet. */
  images: 2 ** 16,
  /**
   * Number of values in all images of a step or a sheet. They take 1 GB in float32, and activations take many times as
   * much.
   */
  values: 2 ** 28,
  steps: 1_000_000_000,
  /** Minutes of a run: one year. */
  minutes: 365 * 24 * 60,
  /** Snapshots of averages. With more, the profiles of neighbours would be too similar to distinguish. */
  snapshots: 128,
  /** Noise candidates for each image. Drawing more would take longer than the step itself. */
  noiseCandidates: 1024,
};

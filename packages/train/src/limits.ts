/** Limits of a run. Above them a step would not fit in memory, or numbers would lose their last digits. */
export const TRAIN_LIMITS: Readonly<
  Record<'images' | 'values' | 'steps' | 'minutes' | 'snapshots' | 'noiseCandidates', number>
> = {
  /** Images per step, and images in a sample grid. */
  images: 2 ** 16,
  /** Number of values in all images of a step or a grid: 1 GB in float32. Activations need many times as much. */
  values: 2 ** 28,
  steps: 1_000_000_000,
  /** Number of minutes in a year. */
  minutes: 365 * 24 * 60,
  /** Snapshots of averages. With more, the profiles of neighbours are too similar to be told apart. */
  snapshots: 128,
  /** Noises for each image. Drawing more would take longer than the step itself. */
  noiseCandidates: 1024,
};

/** Bounds of a run; above them a step could not be held in memory, or numbers would lose their last digits. */
export const TRAIN_LIMITS: Readonly<Record<'images' | 'values' | 'steps', number>> = {
  /** Images a step, and images of a sample grid. */
  images: 2 ** 16,
  /** Values of all images of a step or a grid: 1 GB in float32. Activations take many times that. */
  values: 2 ** 28,
  steps: 1_000_000_000,
};

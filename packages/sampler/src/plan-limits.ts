/** Limits of a plan, so that a damaged or hostile file cannot exhaust the memory. */
export const PLAN_LIMITS: Readonly<Record<'images' | 'side' | 'values' | 'windows' | 'tags', number>> =
  Object.freeze({
    /** Images per run. */
    images: 1 << 20,
    /** The number of channels, the height and the width. */
    side: 1 << 16,
    /** float32 values of all images of a run, and of all rows of their tags: 4 GiB each. */
    values: 1 << 30,
    /** Windows of a picture that is larger than the network's images. */
    windows: 4096,
    /** Tags of a model. Data sets, networks and bundles have the same limit. */
    tags: 1 << 14,
  });

/** Throws the caller's error for a problem in a plan. */
export type Fail = (problem: string) => never;

/**
 * The condition of each image of a batch, for a conditional network: its class, int32 `[B]`, or the row of its tags,
 * float32 `[B, K]` ({@link writeTagRow}).
 */
export type Condition = Int32Array | Float32Array;

/** Number of values for each image. */
export const conditionWidth = (condition: Condition, images: number): number => condition.length / images;

/** Returns a view of the condition for the images from `from` up to, but not including, `to`. */
export function conditionRows<C extends Condition>(
  condition: C,
  images: number,
  from: number,
  to: number,
): C {
  const width = conditionWidth(condition, images);
  return condition.subarray(from * width, to * width) as C;
}

/** Returns an array of zeros with the type of a condition. */
export const emptyLike = (condition: Condition, length: number): Condition =>
  condition instanceof Int32Array ? new Int32Array(length) : new Float32Array(length);

/**
 * Writes the row of an image's tags: 1/√n for each of its n tags, and 0 elsewhere. The network multiplies the row by
 * its embedding of the tags. The length of a sum of n independent embeddings grows with √n, so the scaled sum has about
 * the same length for every n. A row of zeros means "no tags".
 *
 * @param row `[K]`, overwritten
 * @param tags different numbers from 0 to K − 1
 */
export function writeTagRow(row: Float32Array, tags: ArrayLike<number>): void {
  row.fill(0);
  const value = 1 / Math.sqrt(tags.length);
  for (let i = 0; i < tags.length; i++) row[tags[i] as number] = value;
}

/** Returns the rows of several images, `[B, K]`. @param count K */
export function tagRows(images: readonly ArrayLike<number>[], count: number): Float32Array {
  const rows = new Float32Array(images.length * count);
  for (const [i, tags] of images.entries()) writeTagRow(rows.subarray(i * count, (i + 1) * count), tags);
  return rows;
}

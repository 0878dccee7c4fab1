import { type Condition, emptyLike } from './condition.ts';

/** A batch in which each image is present twice, so that the network computes it for two conditions in one call. */
export interface DoubledBatch {
  /** `[2B, C, H, W]` */
  readonly x: Float32Array;
  /** `[2B]` */
  readonly t: Float32Array;
  /** The conditions of the first half. Those of the second half are 0; the caller sets them. */
  readonly conditions: Condition;
}

/** Doubles a batch of B images. */
export function doubledBatch(x: Float32Array, t: Float32Array, condition: Condition): DoubledBatch {
  const [x2, t2] = [new Float32Array(2 * x.length), new Float32Array(2 * t.length)];
  x2.set(x);
  x2.set(x, x.length);
  t2.set(t);
  t2.set(t, t.length);
  const conditions = emptyLike(condition, 2 * condition.length);
  conditions.set(condition);
  return { x: x2, t: t2, conditions };
}

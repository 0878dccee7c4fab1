import { type Features, requireComparable } from './features.ts';
import { kthNearest, squaredDistance } from './nearest.ts';

export interface PrecisionRecall {
  /** Quality: share of the drawn images in the manifold of the real images. */
  readonly precision: number;
  /** Variety: share of the real images in the manifold of the drawn images. */
  readonly recall: number;
}

/**
 * Returns precision and recall. The manifold of a set is the union of balls around its rows. The radius of a ball is
 * the distance to the k-th nearest of the other rows. Both measures depend on the sizes of the sets, which should be
 * equal.
 *
 * @param k number of the neighbour that sets the radius. Default 3
 * @throws `EVALUATE_SHAPE` if the widths differ, or a set has at most k rows
 *
 * Source: Kynkäänniemi et al. 2019, arXiv 1904.06991, eq. (1) and (2).
 */
export function precisionRecall(real: Features, drawn: Features, k = 3): PrecisionRecall {
  requireComparable('precision and recall', real, drawn, k + 1);
  return {
    precision: shareInside(drawn, real, kthNearest(real, k)),
    recall: shareInside(real, drawn, kthNearest(drawn, k)),
  };
}

/** Returns the share of the queries that are in a ball around a row of the set. @param radii squared radii, `[M]` */
function shareInside(queries: Features, set: Features, radii: Float64Array): number {
  let inside = 0;
  for (let i = 0; i < queries.count; i++) {
    for (let j = 0; j < set.count; j++) {
      if (squaredDistance(queries, i, set, j) <= (radii[j] as number)) {
        inside++;
        break;
      }
    }
  }
  return inside / queries.count;
}

export interface DensityCoverage {
  /** Mean number of balls that contain a drawn image, divided by k; may exceed 1. */
  readonly density: number;
  /** Share of the real images with a drawn image in their ball. */
  readonly coverage: number;
}

/**
 * Returns density and coverage. Outliers affect them less than precision and recall: all balls are around real
 * images, and density counts the balls that contain an image.
 *
 * @param k number of the neighbour that sets the radius. Default 5
 * @throws `EVALUATE_SHAPE` if the widths differ, or a set has at most k rows
 *
 * Source: Naeem et al. 2020, arXiv 2002.09797, eq. (4) and (5).
 */
export function densityCoverage(real: Features, drawn: Features, k = 5): DensityCoverage {
  requireComparable('density and coverage', real, drawn, k + 1);
  const radii = kthNearest(real, k);
  let hits = 0;
  let covered = 0;
  for (let i = 0; i < real.count; i++) {
    let inBall = 0;
    for (let j = 0; j < drawn.count; j++) {
      const radius = radii[i] as number;
      if (squaredDistance(real, i, drawn, j, radius) < radius) inBall++;
    }
    hits += inBall;
    covered += Number(inBall > 0);
  }
  return { density: hits / (k * drawn.count), coverage: covered / real.count };
}

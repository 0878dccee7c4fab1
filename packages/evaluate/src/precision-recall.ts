import { type Features, requireComparable } from './features.ts';
import { kthNearest, squaredDistance } from './nearest.ts';

export interface PrecisionRecall {
  /** Quality: share of the drawn images that lie in the manifold of the real ones. */
  readonly precision: number;
  /** Variety: share of the real images that lie in the manifold of the drawn ones. */
  readonly recall: number;
}

/**
 * Precision and recall. The manifold of a set is the union of balls around its rows; a ball reaches to the k-th
 * nearest other row.
 * Both depend on the numbers of images, which should be equal.
 *
 * @param k default 3
 * @throws `EVALUATE_SHAPE` different widths, or not more than k rows
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

/** Share of the queries that lie in a ball around a row of the set. @param radii squared, `[M]` */
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
  /** Mean number of balls of real images that a drawn image lies in, divided by k; may exceed 1. */
  readonly density: number;
  /** Share of the real images whose ball contains a drawn image. */
  readonly coverage: number;
}

/**
 * Density and coverage, which outliers of the real set affect less than they affect precision and recall: every ball
 * is around a real image, and density counts the balls.
 *
 * @param k default 5
 * @throws `EVALUATE_SHAPE` different widths, or not more than k rows
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

import { toFeatures } from '@isonoise/evaluate';
import { CholeskyDecomposition, EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { drawView, PICTURE_SIDE, PLAIN_VIEW, type View } from './augment.ts';
import type { Corruption } from './corruption.ts';
import { type IconPictures, SOURCE_SIDE } from './icon-pictures.ts';

/** A linear map of features: x -> x · weight + offset. */
export interface FeatureMap {
  /** `[K, R]`, row by row. */
  readonly weight: Float32Array;
  /** `[R]` */
  readonly offset: Float32Array;
}

/** Number of mapped features, R. */
export const FEATURES = 30;
/** Icons of each set whose features are compared. */
const ICONS_OF_SET = 600;
/** Icons that get each fault. */
const FAULTY = 240;
/** Strengths of each fault, from the smallest. */
const STRENGTHS = 3;
/** Weight of the differences between sets, relative to those between the icons of a set. */
const STYLE = 100;
/** Weight of the differences between groups, relative to those by faults. */
const GROUPS = 2;
/** Variance that is added to each feature, as a share of its variance. */
const RIDGE = 0.03;
const SHAPE = { channels: 4, height: PICTURE_SIDE, width: PICTURE_SIDE };

/** Computes features of pictures. @param images `[N, 4, S, S]` @returns `[N, K]` */
export type FeatureFunction = (images: Float32Array, count: number) => Promise<Float32Array>;

/**
 * Fits a linear map. The mapped features show faults and groups, but hardly the set of an icon. Each direction of the
 * map is a linear discriminant (Fisher 1936): S⁻¹d, where d is the change of the mean by a fault or a group, and S is
 * the covariance of intact icons. In S, the differences between the means of sets count {@link STYLE} times. The
 * directions are decorrelated, and the {@link FEATURES} strongest are kept. Icons are drawn on white.
 */
export async function fitFeatures(
  run: FeatureFunction,
  icons: IconPictures,
  training: Uint32Array,
  faults: readonly Corruption[],
): Promise<FeatureMap> {
  const sets = [...new Set(icons.sets)].map((set) =>
    training.filter((icon) => icons.sets[icon] === set).subarray(0, ICONS_OF_SET),
  );
  const intact: { readonly rows: Matrix; readonly list: Uint32Array }[] = [];
  for (const list of sets)
    intact.push({ rows: await rowsOf(run, drawAll(icons, list, PLAIN_VIEW), list.length), list });
  const means = intact.map(({ rows }) => Matrix.rowVector(rows.mean('column')));
  const mean = Matrix.rowVector(new Matrix(means.map((each) => each.to1DArray())).mean('column'));
  const centred = intact.map(({ rows }, i) => rows.clone().subRowVector(means[i] as Matrix));
  const within = averageOf(
    centred.map((rows) =>
      rows
        .transpose()
        .mmul(rows)
        .div(rows.rows - 1),
    ),
  );
  const between = averageOf(
    means.map((each) => Matrix.sub(each, mean)).map((row) => row.transpose().mmul(row)),
  );

  const groups = icons.groupNames.map((_, group) =>
    averageOf(
      intact.flatMap(({ list }, i) => {
        const members = [...list.keys()].filter(
          (k) => icons.groupOfThing[icons.things[list[k] as number] as number] === group,
        );
        return members.length === 0
          ? []
          : [Matrix.rowVector((centred[i] as Matrix).subMatrixRow(members).mean('column'))];
      }),
    ).mul(GROUPS),
  );
  const changes = await changesBy(run, icons, training, faults);
  return discriminants([...changes, ...groups], mean, within, between);
}

/** Measures by how much each fault changes the mean of the features, at each strength. */
async function changesBy(
  run: FeatureFunction,
  icons: IconPictures,
  training: Uint32Array,
  faults: readonly Corruption[],
): Promise<Matrix[]> {
  const list = training.slice(0, FAULTY);
  const images = drawAll(icons, list, PLAIN_VIEW);
  const before = await rowsOf(run, images, list.length);
  const changes: Matrix[] = [];
  for (const { strengths, apply } of faults) {
    for (const strength of strengths.slice(0, STRENGTHS)) {
      const faulty = images.slice();
      apply(faulty, SHAPE, strength, 1);
      const difference = Matrix.sub(await rowsOf(run, faulty, list.length), before).mean('column');
      changes.push(Matrix.rowVector(difference));
    }
  }
  return changes;
}

/**
 * Returns the map to the strongest of the decorrelated discriminants.
 *
 * @param changes rows `[1, K]`
 * @param mean of intact icons, `[1, K]`
 * @param within covariance of the icons of a set, `[K, K]`
 * @param between covariance of the means of sets, `[K, K]`
 * @param count largest number of features, R
 */
export function discriminants(
  changes: readonly Matrix[],
  mean: Matrix,
  within: Matrix,
  between: Matrix,
  count = FEATURES,
): FeatureMap {
  // Features that hardly vary get the scale of a weak one, so that their noise is not enlarged.
  const floor = 1e-4 * (within.trace() / within.rows);
  const scale = within.diag().map((variance) => 1 / Math.sqrt(variance + floor));
  const scaled = (matrix: Matrix): Matrix => matrix.clone().mulRowVector(scale);
  const covariance = scaled(Matrix.add(within, Matrix.mul(between, STYLE))).mulColumnVector(scale);
  // The decomposition requires exact symmetry, in spite of rounding errors.
  const spread = Matrix.add(covariance, covariance.transpose())
    .div(2)
    .add(Matrix.eye(scale.length).mul(RIDGE));
  const shifts = scaled(new Matrix(changes.map((row) => row.to1DArray())));
  const solved = new CholeskyDecomposition(spread).solve(shifts.transpose()); // S⁻¹d, [K, rows]
  // The square root of the strength of a change is used as its weight. Strong faults thus do not dominate.
  const gram = shifts.mmul(solved);
  const weights = gram.diag().map((square) => square ** -0.25);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    gram.mulRowVector(weights).mulColumnVector(weights),
    { assumeSymmetric: true },
  );
  const largest = Math.max(...realEigenvalues);
  const strongest = [...realEigenvalues.keys()]
    .filter((k) => (realEigenvalues[k] as number) > 1e-9 * largest)
    .sort((a, b) => (realEigenvalues[b] as number) - (realEigenvalues[a] as number))
    .slice(0, count);
  const columns = strongest.map((k) => {
    const value = realEigenvalues[k] as number;
    const mixed = Matrix.columnVector(
      eigenvectorMatrix.getColumn(k).map((v, i) => v * (weights[i] as number)),
    );
    // Unit variance of intact icons, times the fourth root of the relative strength.
    return solved
      .mmul(mixed)
      .mul((value / largest) ** 0.25 / Math.sqrt(value))
      .mulColumnVector(scale);
  });
  const weight = new Matrix(columns.map((column) => column.to1DArray())).transpose();
  return {
    weight: Float32Array.from(weight.to1DArray()),
    offset: Float32Array.from(mean.mmul(weight).mul(-1).to1DArray()),
  };
}

function averageOf(matrices: readonly Matrix[]): Matrix {
  const [first, ...others] = matrices as [Matrix, ...Matrix[]];
  return others.reduce((sum, each) => sum.add(each), first.clone()).div(matrices.length);
}

async function rowsOf(run: FeatureFunction, images: Float32Array, count: number): Promise<Matrix> {
  const values = await run(images, count);
  const { width } = toFeatures(values, values.length / count);
  return Matrix.from1DArray(count, width, values);
}

/** Draws icons in the same view. @returns `[N, 4, side, side]` */
export function drawAll({ rgba }: IconPictures, list: Uint32Array, view: View): Float32Array {
  const source = 4 * SOURCE_SIDE * SOURCE_SIDE;
  const size = 4 * view.side * view.side;
  const images = new Float32Array(list.length * size);
  for (const [i, icon] of list.entries())
    images.set(drawView(rgba.subarray(icon * source, (icon + 1) * source), view), i * size);
  return images;
}

import { frechetDistance, kernelDistance, momentsOf, toFeatures } from '@isonoise/evaluate';
import type { ImageShape } from '@isonoise/schedule';
import { toPictures } from '../../../packages/cli/src/evaluating/picture-input.ts';
import { PICTURE_SIDE, PLAIN_VIEW, type View } from './augment.ts';
import type { Corruption } from './corruption.ts';
import { CORRUPTIONS } from './corruptions.ts';
import { drawAll } from './fit-features.ts';
import type { IconPictures } from './icon-pictures.ts';
import { openPictureNetwork } from './picture-network.ts';

/** Inputs of the classifier, `[N, 4, S, S]`, and their number. */
interface Pictures {
  readonly images: Float32Array;
  readonly count: number;
}

/** Distances of a set of pictures to the training icons. */
interface Distances {
  readonly fid: number;
  readonly kid: number;
}

interface GradedDistances {
  readonly corruption: Corruption;
  /** Distances without corruption, followed by those for each strength. */
  readonly distances: readonly Distances[];
  readonly increases: boolean;
}

export interface IconMeasures {
  /** Share of held-out icons whose most probable group is the right one. */
  readonly groupAccuracy: number;
  /** Kinds of pictures, and the distances of each. */
  readonly graded: readonly {
    readonly kind: string;
    readonly rows: readonly GradedDistances[];
    /** Distances of other training icons, drawn a little smaller. Their number is {@link MEASURED}. */
    readonly fresh: Distances;
  }[];
}

/** Kinds of pictures that are measured. They differ in their side, and in whether they have alpha. */
const KINDS: readonly { readonly kind: string; readonly view: View }[] = [
  { kind: '32×32 on white', view: PLAIN_VIEW },
  { kind: '32×32 with alpha', view: { ...PLAIN_VIEW, background: null } },
  { kind: '16×16 on white', view: { ...PLAIN_VIEW, side: 16 } },
  { kind: '64×64 on white', view: { ...PLAIN_VIEW, side: 64 } },
];

/**
 * Measures the accuracy of the classifier on held-out icons. Also measures how far intact and corrupted held-out icons
 * are from the training icons.
 */
export async function measureIconFeatures(
  onnx: Uint8Array,
  icons: IconPictures,
  { training, heldOut }: { readonly training: Uint32Array; readonly heldOut: Uint32Array },
  threads: number | null,
): Promise<IconMeasures> {
  const network = await openPictureNetwork(onnx, threads);
  const run = ({ images, count }: Pictures) => network.run(images, count);
  const width = ({ features }: { features: Float32Array }, count: number): number => features.length / count;
  try {
    let groupAccuracy = Number.NaN;
    const graded = [];
    for (const { kind, view } of KINDS) {
      const shape: ImageShape = { channels: 4, height: view.side, width: view.side };
      const draw = (list: Uint32Array): Float32Array => drawAll(icons, list, view);
      const resized = (images: Float32Array, count: number): Pictures => ({
        images: toPictures(images, shape, { height: PICTURE_SIDE, width: PICTURE_SIDE }),
        count,
      });
      // The training icons are in random order.
      const some = training.subarray(0, REFERENCE);
      const reference = await run(resized(draw(some), some.length));
      const real = toFeatures(reference.features, width(reference, some.length));
      const moments = momentsOf(real);
      const scale = meanSquare(real.values);
      const distancesOf = ({ features }: { readonly features: Float32Array }): Distances => {
        const drawn = toFeatures(features, real.width);
        return {
          fid: frechetDistance(moments, momentsOf(drawn)),
          kid: kernelDistance(real, drawn, { scale }).value,
        };
      };
      if (view === PLAIN_VIEW) {
        const { logits } = await run(resized(draw(heldOut), heldOut.length));
        groupAccuracy = accuracy(logits, icons, heldOut);
      }
      const measured = heldOut.subarray(0, MEASURED);
      const intact = draw(measured);
      const found = await run(resized(intact, measured.length));
      const rows: GradedDistances[] = [];
      for (const corruption of CORRUPTIONS) {
        const distances = [distancesOf(found)];
        for (const strength of corruption.strengths) {
          const images = intact.slice();
          corruption.apply(images, shape, strength);
          distances.push(distancesOf(await run(resized(images, measured.length))));
        }
        const increases = distances.every(({ fid, kid }, i) => {
          const before = distances[i - 1];
          return before === undefined || (fid > before.fid && kid > before.kid);
        });
        rows.push({ corruption, distances, increases });
      }
      const others = training.subarray(REFERENCE, REFERENCE + measured.length);
      const smaller = drawAll(icons, others, { ...view, scale: FRESH_SCALE });
      graded.push({ kind, rows, fresh: distancesOf(await run(resized(smaller, others.length))) });
    }
    return { groupAccuracy, graded };
  } finally {
    await network.release();
  }
}

/** Scale at which other training icons are drawn. This scale changes the pixels at all edges. */
export const FRESH_SCALE = 0.97;
/** Number of training icons with which held-out icons are compared. A comparison with all would take minutes. */
export const REFERENCE = 1500;
/** Number of held-out icons that are compared with the training icons. */
export const MEASURED = 250;

function meanSquare(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value * value, 0) / values.length;
}

function accuracy(logits: Float32Array, icons: IconPictures, list: Uint32Array): number {
  const groups = icons.groupNames.length;
  let right = 0;
  for (const [i, icon] of list.entries()) {
    const row = logits.subarray(i * groups, (i + 1) * groups);
    const group = icons.groupOfThing[icons.things[icon] as number];
    right += Number(row.indexOf(Math.max(...row)) === group);
  }
  return right / list.length;
}

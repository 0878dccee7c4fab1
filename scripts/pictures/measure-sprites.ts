import path from 'node:path';
import { normalize } from '@isonoise/data';
import { loadDataset } from '@isonoise/data/node';
import { type Features, kernelDistance, toFeatures, twoSampleTest } from '@isonoise/evaluate';
import { contactSheet, encodePng, finishImages, type ImagesShape, toPixels } from '@isonoise/picture';
import { loadModel } from '@isonoise/runtime-node';
import type { ImageShape } from '@isonoise/schedule';
import { writeOutput } from '../../packages/cli/src/atomic-write.ts';
import {
  type FeatureNetwork,
  openFeatureNetwork,
} from '../../packages/cli/src/evaluating/feature-network.ts';
import { finishOf } from '../../packages/cli/src/sampling/finish-images.ts';
import type { SampleFlags } from '../../packages/cli/src/sampling/sample-flags.ts';
import { drawImages } from './draw-images.ts';
import { measureSprites, type Pictures, type SpriteMeasures } from './sprite-measures.ts';

const FEATURES = 'models/picture-features/model.onnx';

/** Flags of `pnpm sample` that finish the drawn images, by the name of the table row. */
const FINISHES: Readonly<Record<string, Pick<SampleFlags, 'palette' | 'symmetry'>>> = {
  'as drawn': {},
  '--palette auto': { palette: 'auto' },
  '--palette auto --symmetry mirror': { palette: 'auto', symmetry: 'mirror' },
};

export interface SpritesRequest {
  readonly model: string;
  /** Folder of the training images. */
  readonly training: string;
  /** Folder of images of the same kind that were not used in training. */
  readonly heldOut: string;
  readonly seed: number;
  /** Sampling steps; undefined for the default of the sampler. */
  readonly steps: number | undefined;
  /** Folder for sheets; undefined for none. */
  readonly out: string | undefined;
}

export interface SpritesRow extends SpriteMeasures {
  readonly images: string;
  /** Accuracy of a two-sample test that distinguishes these images from the compared set, by features and by pixels. */
  readonly accuracy: { readonly features: number; readonly pixels: number };
  /** Kernel distance between these images and the compared set. */
  readonly kid: number;
}

/** Measures the held-out images, and the same number of drawn images with each entry of `FINISHES`. */
export async function measureModelOfSprites(request: SpritesRequest): Promise<readonly SpritesRow[]> {
  const model = await loadModel(request.model);
  const { image } = model.spec;
  const network = await openFeatureNetwork(FEATURES, 'features', image, undefined);
  try {
    const training = await read(request.training, image);
    const heldOut = await read(request.heldOut, image);
    const rowOf = async (images: string, drawn: Pictures, others: Pictures): Promise<SpritesRow> => ({
      images,
      ...measureSprites(drawn, training),
      ...(await compare(drawn, others, network)),
    });
    const rows = [await rowOf('held out, and training images', heldOut, training)];
    const drawn = await drawImages(model, heldOut.count, request);
    const shape: ImagesShape = [heldOut.count, image.channels, image.height, image.width];
    for (const [name, flags] of Object.entries(FINISHES)) {
      const finish = await finishOf(request.model, flags);
      const finished = finishImages(drawn, shape, finish);
      const pixels = toPixels(finished, image);
      rows.push(await rowOf(name, { name, count: heldOut.count, shape: image, pixels }, heldOut));
      if (request.out === undefined) continue;
      const sheet = contactSheet(finished, shape, { columns: 15, scale: 4 });
      const file = `${name.replaceAll(/[^a-z]+/g, '-').replace(/^-/, '')}.png`;
      await writeOutput(path.join(request.out, file), encodePng(sheet));
    }
    return rows;
  } finally {
    await network.dispose();
    await model.dispose();
  }
}

/** Compares two sets by the features of a network, and by pixels. */
async function compare(
  a: Pictures,
  b: Pictures,
  network: FeatureNetwork,
): Promise<Pick<SpritesRow, 'accuracy' | 'kid'>> {
  const featuresOf = async ({ pixels }: Pictures): Promise<Features> => {
    const { features, width } = await network.run(normalize(pixels));
    return toFeatures(features, width);
  };
  const pixelsOf = ({ pixels, count }: Pictures): Features =>
    toFeatures(normalize(pixels), pixels.length / count);
  const [ofA, ofB] = [await featuresOf(a), await featuresOf(b)];
  // The mean square of the features of real images, as in `pnpm evaluate`
  const scale = ofB.values.reduce((sum, value) => sum + value * value, 0) / ofB.values.length;
  return {
    accuracy: {
      features: twoSampleTest(ofA, ofB).accuracy,
      pixels: twoSampleTest(pixelsOf(a), pixelsOf(b)).accuracy,
    },
    kid: kernelDistance(ofA, ofB, { scale }).value,
  };
}

async function read(folder: string, { width, height }: ImageShape): Promise<Pictures> {
  const images = { size: { width, height }, channels: 4, ignoreTags: true } as const;
  return (await loadDataset(folder, { images })).dataset;
}

import { normalize } from '@isonoise/data';
import { loadDataset } from '@isonoise/data/node';
import { toFeatures, twoSampleTest } from '@isonoise/evaluate';
import { contactSheet, encodePng, type ImagesShape, toPixels } from '@isonoise/picture';
import { loadModel } from '@isonoise/runtime-node';
import { writeOutput } from '../../packages/cli/src/atomic-write.ts';
import { openFeatureNetwork } from '../../packages/cli/src/evaluating/feature-network.ts';
import { finishOf } from '../../packages/cli/src/sampling/finish-images.ts';
import type { SampleFlags } from '../../packages/cli/src/sampling/sample-flags.ts';
import { drawImages } from './draw-images.ts';
import { measureSprites, type Pictures, type SpriteMeasures } from './sprite-measures.ts';

const FEATURES = 'models/picture-features/model.onnx';

/** The ways in which the same images are finished. */
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
  /** Accuracy of the two-sample test between these images and the held-out ones, by features and by pixels. */
  readonly accuracy: { readonly features: number; readonly pixels: number };
}

/** Measures the held-out images, and as many images that a model draws, finished in each way. */
export async function measureModelOfSprites(request: SpritesRequest): Promise<readonly SpritesRow[]> {
  const model = await loadModel(request.model);
  try {
    const { image } = model.spec;
    const [training, heldOut] = await Promise.all(
      [request.training, request.heldOut].map((folder) => read(folder, image.width)),
    );
    if (training === undefined || heldOut === undefined) throw new Error('measure: no images');
    const network = await openFeatureNetwork(FEATURES, 'features', image, undefined);
    const featuresOf = async ({ pixels }: Pictures) => {
      const { features, width } = await network.run(normalize(pixels));
      return toFeatures(features, width);
    };
    const plane = image.channels * image.height * image.width;
    const rowOf = async (images: string, drawn: Pictures): Promise<SpritesRow> => ({
      images,
      ...measureSprites(drawn, training),
      accuracy: {
        features: twoSampleTest(await featuresOf(drawn), await featuresOf(heldOut)).accuracy,
        pixels: twoSampleTest(
          toFeatures(normalize(drawn.pixels), plane),
          toFeatures(normalize(heldOut.pixels), plane),
        ).accuracy,
      },
    });

    const drawn = await drawImages(model, heldOut.count, request);
    const shape: ImagesShape = [heldOut.count, image.channels, image.height, image.width];
    const rows = [await rowOf('held out', heldOut)];
    for (const [name, flags] of Object.entries(FINISHES)) {
      const finish = await finishOf(request.model, flags);
      const finished = finish(drawn, shape);
      const pixels = toPixels(finished, image);
      rows.push(await rowOf(name, { name, count: heldOut.count, shape: image, pixels }));
      if (request.out !== undefined) {
        const sheet = contactSheet(finished, shape, { columns: 15, scale: 4 });
        await writeOutput(
          `${request.out}/${name.replaceAll(/[^a-z]+/g, '-').replace(/^-/, '')}.png`,
          encodePng(sheet),
        );
      }
    }
    await network.dispose();
    return rows;
  } finally {
    await model.dispose();
  }
}

async function read(folder: string, side: number): Promise<Pictures> {
  return (
    await loadDataset(folder, {
      images: { size: { width: side, height: side }, channels: 4, ignoreTags: true },
    })
  ).dataset;
}

import { createHash } from 'node:crypto';
import { readOnnxMetadata } from '@isonoise/bundle';
import { printable } from '@isonoise/error';
import { importOnnxRuntime, readRegularFile } from '@isonoise/runtime-node';
import type { ImageShape } from '@isonoise/schedule';
import { CliError } from '../errors.ts';
import { createNodeSession } from '../node-session.ts';
import { toPictures } from './picture-input.ts';

/** A network that computes features of images. */
export interface FeatureNetwork {
  /** SHA-256 of the file, followed by the name of the output. */
  readonly identity: string;
  /** Names of the classes; null if the file does not contain them. */
  readonly classNames: readonly string[] | null;
  /** Computes the features of images. @param images `[N, C, H, W]` in [−1, 1] */
  run(images: Float32Array): Promise<ImageFeatures>;
  dispose(): Promise<void>;
}

export interface ImageFeatures {
  /** Features `[N, K]`. */
  readonly features: Float32Array;
  /** Number of features of an image, K. */
  readonly width: number;
  /** Class scores `[N, classes]`; null if the network has no output `logits`. */
  readonly logits: Float32Array | null;
}

/** Drawn images with their features. */
export interface DrawnImages extends ImageFeatures {
  /** Pixels `[N, C, H, W]`, 8 bits each. */
  readonly pixels: Uint8Array;
}

const LOGITS = 'logits';
/** Keys of the metadata that `pnpm train-features` writes into feature networks. */
export const FEATURE_METADATA = {
  dataset: 'isonoise.features.dataset',
  /** Names of the classes, as a JSON list. */
  classes: 'isonoise.features.classes',
  input: 'isonoise.features.input',
} as const;
/**
 * Value of the key `input` in picture networks. {@link toPictures} converts images of any shape to this form.
 */
export const PICTURES_INPUT = 'premultiplied-rgba';
/** Number of images per pass, unless the network has a fixed batch size. */
const BATCH = 100;

/**
 * Opens an ONNX file as a feature network. Picture networks accept images of any shape.
 *
 * @param output name of the output with the features
 * @throws `CLI_UNKNOWN_FILE` if the file cannot be read; `CLI_USAGE` if the network does not accept images of this
 *   shape, or has no output with this name
 */
export async function openFeatureNetwork(
  path: string,
  output: string,
  shape: ImageShape,
  threads: number | undefined,
): Promise<FeatureNetwork> {
  const bytes = await readNetwork(path);
  const session = await createNodeSession({ provider: 'cpu', threads: threads ?? null })(bytes);
  const { Tensor } = await importOnnxRuntime();
  const metadata = readOnnxMetadata(bytes);
  const [input, ...others] = session.inputMetadata;
  const [, , height, width] = input?.isTensor === true ? input.shape : [];
  // Size of the pictures that the network accepts; null if images are not converted.
  const sides =
    metadata[FEATURE_METADATA.input] === PICTURES_INPUT &&
    typeof height === 'number' &&
    typeof width === 'number'
      ? { height, width }
      : null;
  const expected =
    sides === null ? [shape.channels, shape.height, shape.width] : [4, sides.height, sides.width];
  const fits =
    input?.isTensor === true &&
    input.type === 'float32' &&
    input.shape.length === 4 &&
    expected.every((size, i) => typeof input.shape[i + 1] === 'string' || input.shape[i + 1] === size);
  if (input?.isTensor !== true || !fits || others.length > 0) {
    await session.release();
    const found = session.inputMetadata
      .map(
        (each) => `${printable(each.name)}${each.isTensor ? ` ${each.type} [${each.shape.join(', ')}]` : ''}`,
      )
      .join('; ');
    throw new CliError(
      'CLI_USAGE',
      `--features ${path}: the inputs are ${found || 'none'}; expected one, float32 [batch, ${expected.join(', ')}]. Choose a network for images of this shape.`,
    );
  }
  if (!session.outputNames.includes(output)) {
    await session.release();
    throw new CliError(
      'CLI_USAGE',
      `--output ${output}: ${path} has no such output; expected ${session.outputNames.map((name) => printable(name)).join(' or ')}.`,
    );
  }
  const fixed = input.shape[0];
  const batch = typeof fixed === 'number' ? fixed : BATCH;
  const hasLogits = output !== LOGITS && session.outputNames.includes(LOGITS);
  const size = expected.reduce((product, each) => product * each, 1);
  const imageSize = shape.channels * shape.height * shape.width;

  return {
    identity: `${createHash('sha256').update(bytes).digest('hex')}:${output}`,
    classNames: classNamesOf(metadata[FEATURE_METADATA.classes]),
    async run(images) {
      const count = images.length / imageSize;
      let width = 0;
      const parts: Record<'features' | 'logits', Float32Array[]> = { features: [], logits: [] };
      for (let first = 0; first < count; first += batch) {
        const actual = Math.min(batch, count - first);
        const rows = typeof fixed === 'number' ? batch : actual;
        // If the batch size is fixed, the last batch is filled up with black images.
        const values = new Float32Array(rows * size).fill(-1);
        const taken = images.subarray(first * imageSize, (first + actual) * imageSize);
        values.set(sides === null ? taken : toPictures(taken, shape, sides));
        const feeds = { [input.name]: new Tensor('float32', values, [rows, ...expected]) };
        const results = await session.run(feeds, hasLogits ? [output, LOGITS] : [output]);
        const take = (name: string): Float32Array => {
          const data = results[name]?.data as Float32Array;
          return data.slice(0, (data.length / rows) * actual);
        };
        const features = take(output);
        width = features.length / actual;
        parts.features.push(features);
        if (hasLogits) parts.logits.push(take(LOGITS));
      }
      return {
        features: joined(parts.features),
        width,
        logits: hasLogits ? joined(parts.logits) : null,
      };
    },
    dispose: () => session.release(),
  };
}

/** Returns the class names in the metadata of a file; null if they are missing or not a list of strings. */
function classNamesOf(text: string | undefined): readonly string[] | null {
  if (text === undefined) return null;
  try {
    const names: unknown = JSON.parse(text);
    return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : null;
  } catch {
    return null;
  }
}

async function readNetwork(path: string): Promise<Uint8Array> {
  try {
    return await readRegularFile(path);
  } catch (cause) {
    throw new CliError(
      'CLI_UNKNOWN_FILE',
      `--features ${path}: the file cannot be read; expected an ONNX network that computes features. ` +
        'Train a network for a known data set with pnpm train-features, or name a different file.',
      { cause },
    );
  }
}

/** Joins arrays into one. */
export function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

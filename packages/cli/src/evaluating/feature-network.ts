import { createHash } from 'node:crypto';
import { importOnnxRuntime, readRegularFile } from '@isonoise/runtime-node';
import type { ImageShape } from '@isonoise/schedule';
import { CliError } from '../errors.ts';
import { createNodeSession } from '../node-session.ts';

/** A network that computes features of images. */
export interface FeatureNetwork {
  /** SHA-256 of the file and the name of the output. */
  readonly identity: string;
  /** @param images `[N, C, H, W]` in [−1, 1] */
  run(images: Float32Array): Promise<ImageFeatures>;
  dispose(): Promise<void>;
}

export interface ImageFeatures {
  /** `[N, K]` */
  readonly features: Float32Array;
  /** K */
  readonly width: number;
  /** Class scores `[N, classes]`; null if the network has no output `logits`. */
  readonly logits: Float32Array | null;
}

/** Drawn images with their features. */
export interface DrawnImages extends ImageFeatures {
  /** `[N, C, H, W]` in 8 bits. */
  readonly pixels: Uint8Array;
}

const LOGITS = 'logits';
/** Images per pass, unless the network has a fixed batch size. */
const BATCH = 100;

/**
 * Opens an ONNX file as a network of features.
 *
 * @param output name of the output with the features
 * @throws `CLI_UNKNOWN_FILE` the file does not exist; `CLI_USAGE` the network does not accept images of this shape, or
 *   has no output of this name
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
  const [input, ...others] = session.inputMetadata;
  const expected = [shape.channels, shape.height, shape.width];
  const fits =
    input?.isTensor === true &&
    input.type === 'float32' &&
    input.shape.length === 4 &&
    expected.every((size, i) => typeof input.shape[i + 1] === 'string' || input.shape[i + 1] === size);
  if (input?.isTensor !== true || !fits || others.length > 0) {
    await session.release();
    const found = session.inputMetadata
      .map((each) => `${each.name}${each.isTensor ? ` ${each.type} [${each.shape.join(', ')}]` : ''}`)
      .join('; ');
    throw new CliError(
      'CLI_USAGE',
      `--features ${path}: the inputs are ${found || 'none'}; expected one, float32 [batch, ${expected.join(', ')}]. Choose a network for these images.`,
    );
  }
  if (!session.outputNames.includes(output)) {
    await session.release();
    throw new CliError(
      'CLI_USAGE',
      `--output ${output}: the outputs of ${path} are ${session.outputNames.join(', ')}; expected one of them.`,
    );
  }
  const fixed = input.shape[0];
  const batch = typeof fixed === 'number' ? fixed : BATCH;
  const hasLogits = output !== LOGITS && session.outputNames.includes(LOGITS);
  const size = expected.reduce((product, each) => product * each, 1);

  return {
    identity: `${createHash('sha256').update(bytes).digest('hex')}:${output}`,
    async run(images) {
      const count = images.length / size;
      let width = 0;
      const parts: Record<'features' | 'logits', Float32Array[]> = { features: [], logits: [] };
      for (let first = 0; first < count; first += batch) {
        const real = Math.min(batch, count - first);
        const rows = typeof fixed === 'number' ? batch : real;
        // If the batch size is fixed, black images fill the last batch.
        const values = new Float32Array(rows * size).fill(-1);
        values.set(images.subarray(first * size, (first + real) * size));
        const fed = { [input.name]: new Tensor('float32', values, [rows, ...expected]) };
        const results = await session.run(fed, hasLogits ? [output, LOGITS] : [output]);
        const take = (name: string): Float32Array => {
          const data = results[name]?.data as Float32Array;
          return data.slice(0, (data.length / rows) * real);
        };
        const features = take(output);
        width = features.length / real;
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

async function readNetwork(path: string): Promise<Uint8Array> {
  try {
    return await readRegularFile(path);
  } catch (cause) {
    throw new CliError(
      'CLI_UNKNOWN_FILE',
      `--features ${path}: the file cannot be read; expected an ONNX network of features. ` +
        'Train one of a known data set with pnpm train-features, or name another file.',
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

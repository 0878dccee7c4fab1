import { decodeSafetensors } from '@isonoise/bundle';
import { plural } from '@isonoise/error';
import { importError } from './errors.ts';
import type { SourceFile } from './source.ts';

/** Inputs of a network and its output, as Python recorded them. */
export interface Recorded {
  /** x_t, `[B, C, H, W]`. */
  readonly sample: Float32Array;
  /** t, `[B]`. */
  readonly timestep: Float32Array;
  /** `[B]`; undefined for a network without classes. */
  readonly classLabels: Int32Array | undefined;
  /** Output, `[B, C', H, W]`. */
  readonly output: Float32Array;
}

/** Properties of the model that recorded inputs must fit. */
interface RecordedFor {
  readonly image: { readonly channels: number; readonly height: number; readonly width: number };
  readonly classes: { readonly count: number } | null;
}

/**
 * Reads recorded inputs and outputs: a safetensors file with `sample`, `timestep`, `class_labels` and `out_sample`.
 *
 * @throws `IMPORT_FILE` if a tensor is missing, has the wrong type, or does not fit the model; errors of
 *   `decodeSafetensors`
 */
export async function readRecorded(file: SourceFile, { image, classes }: RecordedFor): Promise<Recorded> {
  const { tensors } = decodeSafetensors(await file.read(0, file.size), `import: ${file.description}`);
  const floats = (name: string): Float32Array => {
    const data = tensors.get(name)?.data;
    if (data instanceof Float32Array) return data;
    throw importError(
      'IMPORT_FILE',
      `import: ${file.description}: ${name} is ${tensors.get(name)?.dtype ?? 'missing'}; expected F32. Record it again.`,
    );
  };
  const labels = tensors.get('class_labels')?.data;
  const recorded = {
    sample: floats('sample'),
    timestep: floats('timestep'),
    classLabels: labels === undefined ? undefined : Int32Array.from(labels, Number),
    output: floats('out_sample'),
  };
  const { sample, timestep, classLabels } = recorded;
  const check = (isRight: boolean, problem: string): void => {
    if (isRight) return;
    throw importError('IMPORT_FILE', `import: ${file.description}: ${problem}. Record it again.`);
  };
  const images = timestep.length;
  const values = images * image.channels * image.height * image.width;
  // Without images, every output would agree.
  check(images > 0, 'timestep is empty; expected at least one time');
  check(
    sample.length === values,
    `sample has ${plural(sample.length, 'value')}; expected ${values} for ${images} times and images of ` +
      `[${image.channels}, ${image.height}, ${image.width}]`,
  );
  for (const name of ['sample', 'out_sample'] as const) {
    const shape = tensors.get(name)?.shape ?? [];
    // An array of [B, H, W, C] has as many values.
    const [count, channels = 0, height, width] = shape;
    const isRight =
      count === images && height === image.height && width === image.width && shape.length === 4;
    check(
      isRight && (name === 'out_sample' || channels === image.channels),
      `${name} has the shape [${shape.join(', ')}]; expected [${images}, ${name === 'sample' ? image.channels : 'channels'}, ${image.height}, ${image.width}]`,
    );
  }
  check(
    sample.every(Number.isFinite) && timestep.every(Number.isFinite),
    'sample or timestep has NaN or infinite values; expected finite ones',
  );
  if (classes !== null) {
    check(
      classLabels?.length === images && classLabels.every((label) => label >= 0 && label < classes.count),
      `class_labels is ${classLabels === undefined ? 'missing' : `[${classLabels.slice(0, 8).join(', ')}]`}; expected ${images} ` +
        `labels from 0 to ${classes.count - 1}`,
    );
  }
  return recorded;
}

/**
 * Largest accepted difference from a recorded output, relative to the largest recorded value. PyTorch computes in
 * float32.
 */
const TOLERANCE = 1e-4;
/** Accepted difference of a graph with reduced precision, in multiples of `drift`. */
const DRIFT_FACTOR = 4;

/**
 * Compares the output of the imported network with a recorded one.
 *
 * @param drift largest difference measured for other inputs, caused by reduced precision; 0 for float32
 * @returns the largest difference, and the largest recorded value
 * @throws `IMPORT_DIFFERS`
 */
export function compareRecorded(
  got: Float32Array,
  { output }: Recorded,
  drift: number,
): { readonly largestDifference: number; readonly largestValue: number } {
  let [largestDifference, largestValue] = [got.length === output.length ? 0 : Number.NaN, 0];
  for (const [i, expected] of output.entries()) {
    // Math.max keeps NaN, so an output of NaN is not accepted.
    largestDifference = Math.max(largestDifference, Math.abs((got[i] ?? Number.NaN) - expected));
    largestValue = Math.max(largestValue, Math.abs(expected));
  }
  const allowed = Math.max(TOLERANCE * Math.max(1, largestValue), DRIFT_FACTOR * drift);
  if (largestDifference <= allowed) return { largestDifference, largestValue };
  throw importError(
    'IMPORT_DIFFERS',
    `import: the output for the recorded input differs from the recorded output by ${largestDifference} (values up to ` +
      `${largestValue}); expected at most ${allowed}. Nothing was written. Record the output again with these ` +
      'weights; if the difference remains, report the configuration.',
  );
}

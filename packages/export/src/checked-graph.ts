import type { SafeTensor } from '@isonoise/bundle';
import { contractOf, createSessionDenoiser } from '@isonoise/runtime';
import type { Denoiser } from '@isonoise/sampler';
import { type InferenceSession, Tensor } from 'onnxruntime-common';
import { type Comparison, compareWithTfjs, MANY_PIXELS } from './compare-with-tfjs.ts';
import { exportError } from './errors.ts';
import type { ExportRequest } from './export-request.ts';
import { effectiveWeights, type Precision, traceNetwork } from './network-model.ts';

/**
 * Maximum difference between ONNX Runtime and tfjs, relative to the largest absolute output of tfjs, or
 * absolute if this output is below 1. It applies to images of up to 128 × 128 pixels.
 *
 * - float32: the two runtimes sum in different orders, and differ by a few 1e-6. A difference of 1e-4 is about
 *   thirty times larger, and means that the graph is wrong.
 * - float16: the significand has 11 bits, so each of a few dozen layers adds a relative error of up to 5e-4. The
 *   measured difference is 4e-4 for trained 28×28 networks, and 2e-3 for random networks. The limit of 1e-2 leaves
 *   room for deeper networks.
 */
export const EXPORT_TOLERANCE: { readonly [P in Precision]: number } = {
  float32: 1e-4,
  float16: 1e-2,
  // The same as float32, because tfjs gets the same rounded weights.
  int8: 1e-4,
};

/** A graph whose outputs match those of the network. */
export interface CheckedGraph {
  /** Bytes of the ONNX file. */
  readonly onnx: Uint8Array;
  /** Session of the graph. The caller must release it. */
  readonly session: InferenceSession;
  readonly denoise: Denoiser;
  /** Differences from tfjs. For int8, tfjs has the rounded weights of the graph. */
  readonly comparison: Comparison;
  /** Differences from tfjs with the exact weights. */
  readonly drift: Comparison;
}

/**
 * Traces the network, and compares the graph in ONNX Runtime with the network in tfjs.
 * @throws `EXPORT_DIFFERS` if the outputs differ too much; `EXPORT_WEIGHTS` if the outputs of tfjs are not finite;
 *   `EXPORT_REFERENCE` if the backend of tfjs cannot be started. The session is then released.
 */
export async function createCheckedGraph(
  { network, spec, createSession, referenceBackend }: ExportRequest,
  weights: readonly SafeTensor[],
  precision: Precision,
): Promise<CheckedGraph> {
  const onnx = await traceNetwork(network, weights, spec, precision);
  const session = await createSession(onnx);
  try {
    const denoise = createSessionDenoiser(session, contractOf(spec), Tensor);
    const compare = (reference: readonly SafeTensor[]): Promise<Comparison> =>
      compareWithTfjs(denoise, network, spec.scheduler, reference, referenceBackend);
    const effective = effectiveWeights(network, weights, precision);
    const comparison = await compare(effective);
    requireEqual(comparison, precision, network);
    const drift = effective === weights ? comparison : await compare(weights);
    return { onnx, session, denoise, comparison, drift };
  } catch (error) {
    await session.release();
    throw error;
  }
}

/**
 * Returns the factor of the tolerance for large images. In a norm, tfjs sums values one after another, so the
 * rounding error grows with the square root of the number of values. For 256 × 256 pixels, 1.1e-4 was measured.
 */
const sizeFactor = ({ imageShape: { height, width } }: ExportRequest['network']): number =>
  Math.max(1, Math.sqrt((height * width) / MANY_PIXELS));

function requireEqual(comparison: Comparison, precision: Precision, network: ExportRequest['network']): void {
  const { largestDifference, largestValue, backend, batchSizes } = comparison;
  if (!Number.isFinite(largestValue)) {
    throw exportError(
      'EXPORT_WEIGHTS',
      `export: the network gives ${largestValue} in tfjs (${backend}) for random inputs; expected finite numbers. Nothing was ` +
        'written. Weights that are NaN or too large do this: use another checkpoint.',
    );
  }
  const allowed = EXPORT_TOLERANCE[precision] * Math.max(1, largestValue) * sizeFactor(network);
  if (largestDifference <= allowed) return;
  throw exportError(
    'EXPORT_DIFFERS',
    `export: the ${precision} ONNX file and tfjs (${backend}) differ by ${largestDifference} over batches of ` +
      `${batchSizes.join(', ')}; expected at most ${allowed}. Nothing was written. ` +
      (precision === 'float16'
        ? 'float16 is too imprecise for this network. Export it in float32.'
        : 'This is a bug in a trace rule or kernel. Report it with the configuration.'),
  );
}

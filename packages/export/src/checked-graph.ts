import type { SafeTensor } from '@isonoise/bundle';
import { contractOf, createSessionDenoiser } from '@isonoise/runtime';
import type { Denoiser } from '@isonoise/sampler';
import { type InferenceSession, Tensor } from 'onnxruntime-common';
import { type Comparison, compareWithTfjs } from './compare-with-tfjs.ts';
import { exportError } from './errors.ts';
import type { ExportRequest } from './export-request.ts';
import { type Precision, traceNetwork } from './network-model.ts';

/**
 * Largest difference between ONNX Runtime and tfjs that passes, relative to the largest output (at least 1).
 *
 * - float32: both sum in other orders and end within a few 1e-6 of each other in networks of this size. Thirty times
 *   that is a wrong graph.
 * - float16: a value has 11 bits, so each of a few dozen layers rounds by up to 5e-4. Trained 28×28 networks were seen
 *   4e-4 apart and random ones 2e-3; five times the latter leaves room for deeper ones.
 */
export const EXPORT_TOLERANCE: { readonly [P in Precision]: number } = { float32: 1e-4, float16: 1e-2 };

/** A graph that computes what the network computes. */
export interface CheckedGraph {
  /** Bytes of the ONNX file. */
  readonly onnx: Uint8Array;
  /** The owner releases it. */
  readonly session: InferenceSession;
  readonly denoise: Denoiser;
  readonly comparison: Comparison;
}

/**
 * Traces the network and compares the graph, in ONNX Runtime, with the network in tfjs.
 * @throws `EXPORT_DIFFERS`, and the session is released
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
    const comparison = await compareWithTfjs(denoise, network, weights, referenceBackend);
    requireEqual(comparison, precision);
    return { onnx, session, denoise, comparison };
  } catch (error) {
    await session.release();
    throw error;
  }
}

function requireEqual(comparison: Comparison, precision: Precision): void {
  const { largestDifference, largestValue, backend, batchSizes } = comparison;
  const allowed = EXPORT_TOLERANCE[precision] * Math.max(1, largestValue);
  if (largestDifference <= allowed) return;
  throw exportError(
    'EXPORT_DIFFERS',
    `export: the ${precision} ONNX file and tfjs (${backend}) differ by ${largestDifference} where ${allowed} is ` +
      `allowed, over batches of ${batchSizes.join(', ')}. Nothing was written. ` +
      (precision === 'float32'
        ? 'This is a fault of a trace rule or of a kernel: please report it with the configuration.'
        : 'The network needs more than float16 has: export it in float32.'),
  );
}

import {
  BUNDLE_PATHS,
  type BundleFiles,
  type JsonObject,
  type Manifest,
  type ModelCardOptions,
  modelCard,
  sha256Hex,
  writeBundle,
} from '@isonoise/bundle';
import { architectureOf, configForFile } from '@isonoise/network';
import { type CheckedGraph, createCheckedGraph } from './checked-graph.ts';
import type { Comparison } from './compare-with-tfjs.ts';
import type { ExportRequest } from './export-request.ts';
import { type Drift, drawGolden, measureDrift } from './golden-image.ts';
import { exportedSpec, halfWeights, namedWeights, type Precision } from './network-model.ts';
import { imagePng, requireSheet, sampleSheet } from './sample-sheet.ts';

export interface ExportResult {
  readonly manifest: Manifest;
  /** Precision of the written graph. */
  readonly precision: Precision;
  /** Differences between the written graph and tfjs. */
  readonly comparison: Comparison;
  /** Differences of a float16 or int8 graph from float32; null for a float32 graph. */
  readonly drift: Drift | null;
  readonly onnxBytes: number;
}

/**
 * Exports a trained network. It traces the network, checks that ONNX Runtime and tfjs give the same outputs, draws
 * the golden image and a sample sheet, and writes the bundle.
 *
 * For float16 and int8, the float32 graph is also created and checked with its own tolerance, so that rounding
 * cannot hide a wrong graph. For float16, the tolerance of the golden record includes the measured difference.
 *
 * @throws `EXPORT_DIFFERS` if the outputs differ; `EXPORT_WEIGHTS` if the weights do not fit the network or its outputs are not finite;
 *   `PICTURE_TOO_LARGE` if the sample sheet would be too large; `EXPORT_REFERENCE` if the tfjs backend cannot be
 *   started; `ONNX_FLOAT16_RANGE` if a weight is too large.
 *   Nothing is written in these cases.
 */
export async function exportBundle(files: BundleFiles, requested: ExportRequest): Promise<ExportResult> {
  const spec = exportedSpec(requested.spec, requested.network);
  const request: ExportRequest = { ...requested, spec };
  const { network, precision = 'float32' } = request;
  requireSheet(spec, request.sheet);
  const weights = namedWeights(network, request.theta);
  const stored = request.halfWeights === true ? halfWeights(weights) : weights;
  const graphs: CheckedGraph[] = [];
  try {
    // 1. Trace and check float32, and then the requested precision
    for (const each of precision === 'float32' ? [precision] : (['float32', precision] as const)) {
      graphs.push(await createCheckedGraph(request, weights, each));
    }
    const [exact, graph] = [graphs[0], graphs.at(-1)] as [CheckedGraph, CheckedGraph];

    // 2. Golden record and samples
    const drift = graph === exact ? null : await measureDrift(graph, exact, spec);
    // With int8, all runtimes compute in float32 with the same weights, so the tolerance of float32 is enough.
    const { golden, pixels } = await drawGolden(graph.denoise, spec, precision === 'float16' ? drift : null);
    const samples = await sampleSheet(graph.denoise, spec, request.sheet);

    // 3. Write
    const card = { ...request.card, samples: BUNDLE_PATHS.samples };
    const manifest = await writeBundle(files, {
      spec,
      // The configuration is plain JSON; only its block names may change.
      networkConfig: configForFile(request.networkConfig) as JsonObject,
      onnx: graph.onnx,
      weights: stored,
      training: request.training ?? {},
      golden: { ...golden, pngSha256: sha256Hex(imagePng(pixels, spec)) },
      samples,
      readme: modelCard(
        spec,
        drift === null
          ? card
          : {
              ...card,
              ...precisionNote(
                card,
                drift,
                [graph.onnx, exact.onnx],
                precision,
                request.halfWeights === true,
              ),
            },
        architectureOf(request.networkConfig),
      ),
      extra: request.extra ?? {},
    });
    return { manifest, precision, comparison: graph.comparison, drift, onnxBytes: graph.onnx.byteLength };
  } finally {
    for (const { session } of graphs) await session.release();
  }
}

/** Texts about the graph in the "Precision" section of the model card. */
const PRECISION_TEXTS: { readonly [P in Exclude<Precision, 'float32'>]: string } = {
  float16:
    'Convolutions and matrix products of `unet/model.onnx` are float16. Normalizations, softmax, inputs and output are ' +
    'float32.',
  int8:
    'Most weights of `unet/model.onnx` are stored in eight bits, with a scale for each output of a layer. All computations, ' +
    'inputs and output are float32.',
};

/** Writes the "Precision" section of the model card. */
function precisionNote(
  { sections }: ModelCardOptions,
  { prediction, image }: Drift,
  [graph, exact]: readonly [graph: Uint8Array, exact: Uint8Array],
  precision: Precision,
  half: boolean,
): Partial<ModelCardOptions> {
  if (precision === 'float32') return {};
  const count = (bytes: Uint8Array): string => bytes.length.toLocaleString('en');
  const text =
    `${PRECISION_TEXTS[precision]} The graph has ${count(graph)} bytes, ${(graph.length / exact.length).toFixed(3)} of the ` +
    `${count(exact)} bytes of the same graph in float32. The weights in safetensors are ${half ? 'float16' : 'float32'}. Compared with the same graph in float32, outputs differ ` +
    `by at most ${prediction.largest.toExponential(1)} (values up to ${prediction.largestValue.toFixed(2)}), and the ` +
    `golden image by at most ${image.largest.toExponential(1)}, on average ${image.mean.toExponential(1)}, in [-1, 1].`;
  return { sections: { Precision: text, ...sections } };
}
